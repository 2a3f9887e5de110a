import type * as pulumi from "@pulumi/pulumi";

/**
 * azure-native's SDK reads some groups of properties as a whole, to add defaults: one id inside that is not known before the
 * deployment then hides the whole group from the preview, and from policies. This option hands the group over as it was said.
 */
export function verbatimInputs<Args extends object>(
  args: Args,
  ...groups: readonly (keyof Args)[]
): pulumi.ResourceTransformation {
  let isDone = false;
  return ({ props, opts }) => {
    // Children inherit the option, and come after the resource that it is for.
    if (isDone) return undefined;
    isDone = true;
    const said = Object.fromEntries(groups.map((group) => [group, args[group]]));
    return { props: { ...(props as object), ...said }, opts };
  };
}
