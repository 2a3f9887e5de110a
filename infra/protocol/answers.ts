/** Builds the protocol's larger answers. */
import type * as protocol from "@pulumi/pulumi/proto/provider_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import type { ChangeKind, CheckAnswer, DiffAnswer } from "./provider.ts";
import { written } from "./wire.ts";

export function checkAnswer({ inputs, failures }: CheckAnswer): protocol.CheckResponse {
  return new messages.CheckResponse()
    .setInputs(written(inputs))
    .setFailuresList(
      failures.map(({ property, reason }) =>
        new messages.CheckFailure().setProperty(property).setReason(reason),
      ),
    );
}

export function diffAnswer({ changes, deleteBeforeReplace }: DiffAnswer): protocol.DiffResponse {
  const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
  const top = (path: string) => path.replace(/[.[].*/u, "");
  const names = [...new Set([...changes.keys()].map(top))];
  const replaces = [...changes].filter(([, change]) => change.replaces).map(([path]) => top(path));
  const response = new messages.DiffResponse()
    .setChanges(changes.size === 0 ? DIFF_NONE : DIFF_SOME)
    .setDiffsList(names)
    .setReplacesList([...new Set(replaces)])
    .setDeletebeforereplace(deleteBeforeReplace)
    .setHasdetaileddiff(true);
  for (const [path, change] of changes)
    response
      .getDetaileddiffMap()
      .set(
        path,
        new messages.PropertyDiff().setKind(kindOf(change.kind, change.replaces)).setInputdiff(true),
      );
  return response;
}

function kindOf(kind: ChangeKind, replaces: boolean): protocol.PropertyDiff.Kind {
  const kinds = messages.PropertyDiff.Kind;
  if (kind === "add") return replaces ? kinds.ADD_REPLACE : kinds.ADD;
  if (kind === "delete") return replaces ? kinds.DELETE_REPLACE : kinds.DELETE;
  return replaces ? kinds.UPDATE_REPLACE : kinds.UPDATE;
}
