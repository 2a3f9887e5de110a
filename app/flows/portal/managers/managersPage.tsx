/** The page of department managers: whose visits at risk and reports each may see, by department. */
import { APP_ROLE_NAMES, APP_ROLES } from "../../../domain/portalRights.ts";
import type { PortalManager } from "../../../records/portalManagers.ts";
import type { PortalSession } from "../../../records/portalSessions.ts";
import type { Proposal } from "../../../records/proposals.ts";
import type { Setting } from "../../../records/settings.ts";
import type { UnreadableSetting } from "../../../records/unreadableSetting.ts";
import { Button, ButtonLink, Card, Notice, Unseen } from "../../../web/components.tsx";
import { portalPath } from "../addresses.ts";
import { TypedIsKept } from "../changedMeanwhile.tsx";
import { ListTable } from "../listTable.tsx";
import type { PortalPages } from "../pages.tsx";
import type { DepartmentName } from "../reports/whose.ts";
import { UnreadableNotice } from "../unreadableNotice.tsx";
import { NothingUntilAnswered } from "../waitingInForm.tsx";
import { PostForm } from "../postForm.tsx";

export interface Shown {
  readonly managers: readonly Setting<PortalManager>[];
  /** Settings of any kind that cannot be read: those of managers are missing among them. */
  readonly unreadable: readonly UnreadableSetting[];
  readonly departments: readonly DepartmentName[];
  /** The managers' names, by object id. */
  readonly names: ReadonlyMap<string, string>;
  /** The manager whose departments the form shows; undefined for a new one. */
  readonly editing: Setting<PortalManager> | undefined;
  readonly waits: readonly Setting<Proposal>[];
  readonly refusal?: { readonly title: string; readonly says: string };
  /** What was sent, to be shown again because nothing was changed. */
  readonly typed?: TypedManager;
}

export interface TypedManager {
  /** Object id, or what was typed for the person. */
  readonly person: string;
  readonly departments: readonly string[];
  /** Whether they were to be added, and are in the list already. */
  readonly isAdded?: boolean;
  /** The revision that the form was opened with; undefined for the one that is kept now. */
  readonly revision: number | undefined;
}

interface Named {
  /** The name of a department, by its id. */
  readonly department: (id: string) => string;
}

export function managersPage(pages: PortalPages, session: PortalSession, shown: Shown): string {
  const { managers, departments, names, waits, refusal } = shown;
  const department = (id: string) =>
    departments.find((one) => one.id === id)?.name ?? id + " (no department any more)";
  const main = (
    <>
      {refusal !== undefined && (
        <Notice kind="warning" title={refusal.title}>
          <p>{refusal.says}</p>
        </Notice>
      )}
      <UnreadableNotice unreadable={shown.unreadable.filter(({ kind }) => kind === "manager")} />
      <p class="quiet">
        A department manager sees the visits at risk and the reports of the departments that are set here, and
        no other’s; they change nothing. They need the role {APP_ROLE_NAMES.departmentManager} (
        {APP_ROLES.departmentManager}), too, which is given in the Microsoft Entra admin center under Users
        and groups. Either without the other shows nothing.
      </p>
      {waits.map(({ id, value }) => (
        <NothingUntilAnswered
          key={id}
          what={"the departments of " + (names.get(value.of.id) ?? value.of.id)}
          at={portalPath("proposal", id)}
          but="of this person"
        />
      ))}
      {managers.length === 0 ? (
        <Card>
          <p>No manager’s departments are set yet.</p>
        </Card>
      ) : (
        <ListTable label="Department managers" heads={["Person", "Departments", "Change"]}>
          {managers.map(({ id, value, revision }) => (
            <tr key={id}>
              <th scope="row">{names.get(id) ?? id}</th>
              <td>{value.departments.map(department).join(", ")}</td>
              <td>
                <div class="actions">
                  <ButtonLink
                    href={`${portalPath("managers")}?${new URLSearchParams({ person: id }).toString()}`}
                    weight="secondary"
                  >
                    Edit<Unseen> the departments of {names.get(id) ?? id}</Unseen>
                  </ButtonLink>
                  <PostForm action={portalPath("removeManager", id)}>
                    <input type="hidden" name="revision" value={String(revision)} />
                    <Button weight="danger">
                      Remove<Unseen> {names.get(id) ?? id}</Unseen>
                    </Button>
                  </PostForm>
                </div>
              </td>
            </tr>
          ))}
        </ListTable>
      )}
      <Form {...shown} department={department} />
    </>
  );
  return pages({ session, at: "managers", title: "Department managers", main });
}

function Form({ departments, editing, names, typed, department }: Shown & Named) {
  const own = editing?.value.departments ?? [];
  const ticked = typed?.departments ?? own;
  const said = (ids: readonly string[]) => ids.map(department).join(", ");
  return (
    <Card title={editing === undefined ? "Add a person" : "Edit: " + (names.get(editing.id) ?? editing.id)}>
      {typed !== undefined && typed.revision === undefined && (
        <TypedIsKept
          what="person’s departments"
          title={typed.isAdded === true ? "The departments that this person has already" : undefined}
          rows={[["Departments", said(ticked), said(own)]]}
        />
      )}
      <PostForm action={portalPath("setManager")}>
        <input type="hidden" name="revision" value={String(typed?.revision ?? editing?.revision ?? 0)} />
        <div class="field">
          <label for="person">Person</label>
          <p class="quiet" id="person-hint">
            Sign-in name or object id of their Microsoft account.
          </p>
          <input
            id="person"
            name="person"
            type="text"
            value={editing?.id ?? typed?.person ?? ""}
            readOnly={editing !== undefined}
            autocomplete="off"
            spellcheck={false}
            aria-describedby="person-hint"
          />
        </div>
        <fieldset class="field">
          <legend>Departments</legend>
          <div class="picks">
            {departments.map(({ id, name }) => (
              <label key={id} class="pick">
                <input type="checkbox" name={"department-" + id} value="yes" checked={ticked.includes(id)} />{" "}
                {name}
              </label>
            ))}
            {departments.length === 0 && <p>There is no department yet: add one first.</p>}
          </div>
        </fieldset>
        <p class="actions">
          <Button>Save</Button>
        </p>
      </PostForm>
    </Card>
  );
}
