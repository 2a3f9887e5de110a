/** Shows what was found for a department, to be ticked, many at once. */
import type { ComponentChildren } from "preact";
import { Notice } from "../../../web/components.tsx";
import type { Typed } from "./form.ts";
import type { Branch, Found } from "./finder.ts";
import { isGuest } from "./judge.ts";

interface Shown {
  readonly found: Found | undefined;
  readonly of: Found["of"];
  readonly typed: Typed;
}

/** With forms.js it takes the focus, so that whoever has looked for something is led to what was found. */
export const FoundOf = ({ found, of, typed }: Shown) =>
  found?.of === of ? (
    <div id="said" tabIndex={-1}>
      <ToChoose {...{ found, of, typed }} />
    </div>
  ) : undefined;

function ToChoose({ found, of, typed }: Shown & { readonly found: Found }) {
  if ("says" in found)
    return (
      <Notice kind="info" title="Nothing to choose from">
        <p>{found.says}</p>
      </Notice>
    );
  const chosen = new Set((of === "accounts" ? typed.organizers : typed.locations).split("\n"));
  const count = "accounts" in found ? found.accounts.length : found.branches.length;
  const what = of === "accounts" ? "accounts" : "locations";
  return (
    <fieldset class="field found">
      <legend>{found.asked === "" ? `All ${what}` : `Found for “${found.asked}”`}</legend>
      {count === 0 ? (
        <p role="status">Nothing has this name. Try the beginning of the name, or enter the id.</p>
      ) : (
        <p class="quiet" role="status">
          Tick those that belong. Find adds them to the list above and looks again; Done adds them and saves.
        </p>
      )}
      {"accounts" in found ? (
        <>
          <ul class="tree">
            {found.accounts.map((account) => {
              const { objectId, displayName, userName } = account;
              return (
                <li key={objectId}>
                  {isGuest(account) ? (
                    <p>
                      {displayName}{" "}
                      <span class="quiet">is a guest of this directory, and owns no meetings</span>
                    </p>
                  ) : (
                    <Pick
                      name="pickedOrganizers"
                      value={objectId}
                      isChosen={chosen.has(objectId) || chosen.has(userName)}
                    >
                      {displayName} <span class="quiet">{userName}</span>
                    </Pick>
                  )}
                </li>
              );
            })}
          </ul>
          {found.hasMore && (
            <p class="quiet">There are more accounts than these. Find them by more of their name.</p>
          )}
        </>
      ) : (
        <>
          <Branches branches={found.branches} chosen={chosen} />
          {found.more > 0 && <p class="quiet">{String(found.more)} more are not shown. Find them by name.</p>}
        </>
      )}
    </fieldset>
  );
}

function Branches(props: { readonly branches: readonly Branch[]; readonly chosen: ReadonlySet<string> }) {
  const { branches, chosen } = props;
  return (
    <ul class="tree">
      {branches.map(({ id, name, owner, below }) => (
        <li key={id}>
          {owner === undefined ? (
            <Pick name="pickedLocations" value={id} isChosen={chosen.has(id)}>
              {name} <code>{id}</code>
            </Pick>
          ) : (
            <p>
              {name} <code>{id}</code> <span class="quiet">belongs to {owner}</span>
            </p>
          )}
          {below.length > 0 && <Branches branches={below} chosen={chosen} />}
        </li>
      ))}
    </ul>
  );
}

function Pick({
  name,
  value,
  isChosen,
  children,
}: {
  readonly name: string;
  readonly value: string;
  readonly isChosen: boolean;
  readonly children: ComponentChildren;
}) {
  if (isChosen)
    return (
      <p>
        {children} <span class="quiet">is in the list above</span>
      </p>
    );
  return (
    <label class="pick">
      <input type="checkbox" name={name} value={value} /> <span>{children}</span>
    </label>
  );
}
