/** The menu of faults. It is one form, so that it works without scripts. */
import { FAULT_SECONDS, FAULTS, isFaultName, type FaultMenu } from "../faults.ts";
import { Document, FaultBar } from "./frame.tsx";

export function FaultsPage({ faults }: { faults: FaultMenu }) {
  const names = Object.keys(FAULTS).filter(isFaultName);
  return (
    <Document title="Faults – PowerChart">
      <header class="top">
        <p class="product">Faults</p>
        <nav aria-label="Organizer">
          <a href="/schedule">Schedule</a>
          <a href="/faults" aria-current="page">
            Faults
          </a>
        </nav>
      </header>
      <FaultBar on={faults.on()} />
      <main id="content" class="narrow">
        <h1>Menu of faults</h1>
        <p>What is ticked happens from the next request on, in every domain, until it is unticked.</p>
        <form method="post" action="/faults">
          <fieldset>
            <legend>What goes wrong</legend>
            {names.map((name) => (
              <div key={name} class="fault">
                <label>
                  <input type="checkbox" name="fault" value={name} checked={faults.isOn(name)} />{" "}
                  {FAULTS[name]}
                </label>
                {FAULT_SECONDS[name] === undefined ? null : (
                  <label class="seconds">
                    Seconds{" "}
                    <input
                      type="number"
                      name={`seconds-${name}`}
                      min="0"
                      max="120"
                      value={faults.isOn(name) ? faults.seconds(name) : FAULT_SECONDS[name]}
                    />
                  </label>
                )}
              </div>
            ))}
          </fieldset>
          <p class="actions">
            <button type="submit">Save</button>
            <button type="submit" name="clear" value="all" class="quiet">
              Switch all off
            </button>
          </p>
        </form>
      </main>
    </Document>
  );
}
