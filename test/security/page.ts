const elements: ReadonlySet<string> = new Set(
  "html head meta title style body main div p table thead tbody tr th td script svg g rect text tspan path line polygon marker defs a desc use ellipse circle".split(
    " ",
  ),
);
const attributes =
  /^(?:lang|charset|http-equiv|content|name|id|class|tabindex|xmlns|viewbox|width|height|x|y|x1|x2|y1|y2|cx|cy|r|rx|ry|d|points|fill(?:-opacity)?|stroke(?:-[a-z]+)?|font-[a-z]+|text-anchor|dominant-baseline|marker-(?:end|start)|markerwidth|markerheight|markerunits|orient|refx|refy|role|aria-[a-z]+|preserveaspectratio|transform|opacity|style|dy|dx)$/i;

/** Elements and attributes that no picture of ours has, in words. */
export async function strangeParts(page: string): Promise<string[]> {
  const strange: string[] = [];
  let scripts = 0;
  const rewriter = new HTMLRewriter().on("*", {
    element({ tagName, attributes: own }) {
      if (tagName === "script") scripts += 1;
      if (!elements.has(tagName) && !["lineargradient"].includes(tagName)) strange.push(`<${tagName}>`);
      else for (const [name] of own) if (!attributes.test(name)) strange.push(`<${tagName} ${name}>`);
    },
  });
  await rewriter.transform(new Response(page)).text();
  if (scripts > 1) strange.push(`${scripts} scripts`);
  return [...new Set(strange)];
}
