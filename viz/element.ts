/** Makes elements of the page. Text goes in as text, never as markup: keys and values of a run may hold anything. */

export type Child = Node | string | undefined;

export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  for (const child of children) if (child !== undefined) made.append(child);
  return made;
}

/** A table with a header row; cells of columns marked right are numbers. */
export function table(
  head: readonly { readonly text: string; readonly isRight?: boolean }[],
  rows: readonly (readonly Child[])[],
): HTMLTableElement {
  const classOf = (column: number): Record<string, string> =>
    head[column]?.isRight === true ? { class: "number" } : {};
  return element(
    "table",
    {},
    element(
      "thead",
      {},
      element(
        "tr",
        {},
        ...head.map((h, i) => element("th", { scope: "col", ...classOf(i) }, h.text)),
      ),
    ),
    element(
      "tbody",
      {},
      ...rows.map((row) =>
        element("tr", {}, ...row.map((cell, i) => element("td", classOf(i), cell))),
      ),
    ),
  );
}
