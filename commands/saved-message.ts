import type { BzError } from "../model/errors";

/** What an error says that came after the change was saved; that its own step saved nothing would be taken for more. */
export function messageAfterSaving({ message }: BzError): string {
  return message.replace(/ Nothing was saved\./, "");
}
