/** The check of schemas that a list names nothing twice. */
import type * as z from "zod";

/** A check that a list holds nothing twice. `nameOf` gives the name by which two of its items count as the same. */
export const distinct =
  <Item extends string | number>(nameOf: (item: Item) => string = String) =>
  (items: readonly Item[], context: z.RefinementCtx): void => {
    const names = items.map(nameOf);
    for (const [index, name] of names.entries())
      if (names.indexOf(name) < index)
        context.addIssue({
          code: "custom",
          path: [index],
          message: String(items[index]) + " is listed already; take one out",
        });
  };

/** For object ids, mail addresses and names in Key Vault, in which capitals make no difference. */
export const inAnyCase = (text: string): string => text.toLowerCase();
