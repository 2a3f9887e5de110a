import type { z } from "zod";

/** A check for a list: nothing stands in it twice. `nameOf` says by which name two of it are the same. */
export const distinct =
  <Item extends string | number>(nameOf: (item: Item) => string = String) =>
  (items: readonly Item[], context: z.RefinementCtx): void => {
    const names = items.map(nameOf);
    for (const [index, name] of names.entries())
      if (names.indexOf(name) < index)
        context.addIssue({
          code: "custom",
          path: [index],
          message: String(items[index]) + " is listed already",
        });
  };

/** Object ids, mail addresses and names in Key Vault are the same in capitals. */
export const inAnyCase = (text: string): string => text.toLowerCase();
