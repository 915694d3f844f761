/** Made when it is first asked for, and kept: a table costs a start nothing unless the command that runs looks at it. */
export function onDemand<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
