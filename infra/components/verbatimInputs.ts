/**
 * azure-native's SDK reads some groups of properties as a whole in order to add defaults: if one id inside is not known
 * before the deployment, the whole group is hidden from the preview and from policies. This option passes the group on
 * unchanged.
 */
import type * as pulumi from "@pulumi/pulumi";

export function verbatimInputs<Args extends object>(
  args: Args,
  ...groups: readonly (keyof Args)[]
): pulumi.ResourceTransformation {
  let isDone = false;
  return ({ props, opts }) => {
    // Child resources inherit the option, and are created after the resource that it is for.
    if (isDone) return undefined;
    isDone = true;
    const said = Object.fromEntries(groups.map((group) => [group, args[group]]));
    return { props: { ...(props as object), ...said }, opts };
  };
}
