/**
 * What a look does about what it sees and does not see: what it reads by id, has prepared, keeps, and shares with others.
 */
import { describe, expect, test } from "vitest";
import type { FoundVisit } from "../../../../app/domain/found.ts";
import type { VisitId } from "../../../../app/domain/linkToken.ts";
import { knownTogether, type KnownLately } from "../../../../app/flows/finding/known.ts";
import { prepareUnready, see, unlessDamaged, type Look } from "../../../../app/flows/finding/look.ts";
import { lookForMissing } from "../../../../app/flows/finding/missing.ts";
import { asRead, readAgain, type Read } from "../../../../app/flows/finding/readAgain.ts";
import { readTogether } from "../../../../app/flows/finding/readTogether.ts";
import { departmentsAt } from "../../../../app/flows/finding/locations.ts";
import type { SystemAppointment, SystemChart, SystemConnection } from "../../../../app/ports/systemEhr.ts";
import { UnreadableRecord } from "../../../../app/records/record.ts";
import { findingHospital, HOUR } from "../../../harness/findingHospital.ts";
import { connectionOf, departmentOf } from "../../../harness/findingDeployment.ts";

/** A hospital, and a look that has begun, as in a round. */
function looking(options: Parameters<typeof findingHospital>[0] & { readonly links?: boolean } = {}) {
  const connection = connectionOf("lamna", { writeBack: { links: options.links ?? true } });
  const opened = findingHospital({ connections: [connection], ...options });
  const { chart, deployment } = opened;
  const given: SystemChart = chart.chart({} as never, { tokenEndpoint: "" }, {} as never);
  const prepared: string[] = [];
  const begin = async (more: Partial<Look> = {}): Promise<Look> => ({
    parts: deployment.parts,
    seeing: {
      at: { kind: "chart", connection: connection as SystemConnection, chart: given },
      departmentOf: await departmentsAt(deployment.parts, "lamna"),
    },
    searched: new Map([["loc-1", 14]]),
    known: new Map(),
    comparedBefore: new Date(0),
    signal: new AbortController().signal,
    came: {
      unreadable: 0,
      keptBack: 0,
      over: 0,
      damaged: 0,
      changeUnread: 0,
      changeUnasked: 0,
      isAnswered: false,
      unanswered: 0,
    },
    prepare: (id) => {
      prepared.push(id);
      return Promise.resolve();
    },
    ...more,
  });
  /** The appointment as the chart shows it now. */
  const shown = async (id = "a"): Promise<SystemAppointment> => {
    const read = await given.appointment(id);
    if (read.kind !== "read") throw new Error("not shown");
    return read.appointment;
  };
  const id = (appointment = "a") => deployment.visitOf("lamna", appointment);
  return { ...opened, given, begin, prepared, shown, id };
}

describe("an appointment that a page shows", () => {
  test("is kept and prepared where it is new, and told as one that was known where its location is new", async () => {
    const { deployment, book, begin, prepared, shown, id } = looking();
    book();
    const look = await begin();
    expect(await see(look, await shown())).toBeUndefined();
    expect([prepared, look.came]).toEqual([[id()], expect.objectContaining({ over: 0, unreadable: 0 })]);
    book({ id: "b" });
    await see(await begin({ searched: new Map() }), await shown("b"));
    const { changes } = await deployment.changes.readSlice({ limit: 10 });
    expect(changes.map(({ visit, knownBefore }) => [visit, knownBefore])).toEqual([
      [id(), undefined],
      [id("b"), true],
    ]);
  });

  test("is counted where it is over, or says no time, and not where it is deleted", async () => {
    const { deployment, book, begin, prepared, shown } = looking();
    book({ start: deployment.inMinutes(-HOUR) });
    book({ id: "timeless", isTimeless: true });
    book({ id: "deleted" });
    const look = await begin();
    await see(look, await shown());
    await see(look, await shown("timeless"));
    expect([prepared, look.came.over, look.came.unreadable]).toEqual([[], 1, 1]);
    const parts = {
      ...deployment.parts,
      visits: { ...deployment.parts.visits, isDeleted: () => Promise.resolve(true) },
    };
    await see(await begin({ parts }), await shown("deleted"));
    expect(prepared).toEqual([]);
    expect(await deployment.parts.foundVisits.byId(deployment.visitOf("lamna", "deleted"))).toBeUndefined();
  });

  test("costs no look into the store where it is no video visit and nobody knows it", async () => {
    const { deployment, book, begin, shown } = looking();
    book({ isVideo: false });
    book({ id: "video" });
    let reads = 0;
    const byId = (id: VisitId) => {
      reads += 1;
      return deployment.parts.foundVisits.byId(id);
    };
    const look = await begin({
      parts: { ...deployment.parts, foundVisits: { ...deployment.parts.foundVisits, byId } },
    });
    await see(look, await shown());
    expect(reads).toBe(0);
    await see(look, await shown("video"));
    expect(reads).toBe(1);
  });

  test.each<[what: string, found: Partial<FoundVisit>, change: object, isRead: boolean]>([
    ["is cancelled", {}, { status: "cancelled" }, true],
    ["is cancelled, as is known", { standing: "cancelled" }, { status: "cancelled" }, false],
    ["is on, and was cancelled", { standing: "cancelled" }, {}, true],
    ["is away, and was cancelled", { standing: "cancelled" }, { status: "waitlist" }, true],
    ["has moved", {}, { start: new Date("2027-01-04T10:00:00Z") }, true],
    ["has moved into the past", {}, { start: new Date("2027-01-04T07:00:00Z") }, true],
    ["is another patient's", {}, { patients: ["q"] }, true],
    ["ends later", {}, { minutes: 40 }, false],
    ["is as it was", {}, {}, false],
    ["is away", {}, { status: "waitlist" }, false],
  ])(
    "is read by its id before anything is believed that patients are told: it %s",
    async (_, more, change, isRead) => {
      const { chart, deployment, look, book, begin, shown, id } = looking();
      book();
      await look();
      const found = await deployment.parts.foundVisits.edit(id(), (one) => ({ found: { ...one, ...more } }));
      if (found === undefined) throw new Error("it was not found");
      chart.change("a", change);
      const known = new Map([[id(), found]]);
      const toRead = await see(await begin({ known }), await shown());
      expect(toRead).toEqual(isRead ? found : undefined);
      // What was seen is not missing.
      expect(known.size).toBe(0);
      const now = await deployment.parts.foundVisits.byId(id());
      expect(now?.start).toEqual(found.start);
    },
  );

  test("is read by its id where somebody else has changed the row meanwhile", async () => {
    const { chart, deployment, look, book, begin, shown, id } = looking();
    book();
    await look();
    const before = await deployment.parts.foundVisits.byId(id());
    if (before === undefined) throw new Error("it was not found");
    chart.change("a", { minutes: 40 });
    for (const change of [{ seen: "newer" }, { standing: "away" as const }]) {
      await deployment.parts.foundVisits.edit(id(), (one) => ({ found: { ...one, ...change } }));
      const known = new Map([[id(), before]]);
      expect(await see(await begin({ known }), await shown())).toBe(before);
      expect(await deployment.parts.foundVisits.byId(id())).toMatchObject(change);
      await deployment.parts.foundVisits.edit(id(), () => ({ found: { ...before } }));
    }
    // A row that another change was made to, such as by preparing, is no other.
    await deployment.parts.foundVisits.edit(id(), (one) => ({ found: { ...one, risk: "foreign-link" } }));
    expect(await see(await begin({ known: new Map([[id(), before]]) }), await shown())).toBeUndefined();
    expect(await deployment.parts.foundVisits.byId(id())).toMatchObject({
      risk: "foreign-link",
      end: new Date("2027-01-04T09:40:00Z"),
    });
  });
});

test.each<[what: string, found: (now: Date) => Partial<FoundVisit>, links: boolean, isPrepared: boolean]>([
  ["is ready", () => ({}), true, false],
  ["was seen otherwise since", () => ({ seen: "newer" }), true, true],
  ["was never prepared", () => ({ prepared: undefined }) as object, true, true],
  ["has no meeting yet, though it is time", () => ({ hasMeeting: false }), true, true],
  ["has no links", () => ({ links: undefined }) as object, true, true],
  ["has no links, and none are written", () => ({ links: undefined }) as object, false, false],
  [
    "has no links, and why is known",
    () => ({ links: undefined, risk: "foreign-link" }) as object,
    true,
    false,
  ],
  ["does not take place", () => ({ standing: "away", seen: "newer" }), true, false],
  ["is over", (now) => ({ end: now, seen: "newer" }), true, false],
])("a visit that %s is prepared again, or is not", async (_, change, links, isPrepared) => {
  const { deployment, look, book, begin, prepared, id } = looking();
  book();
  await look();
  const found = await deployment.parts.foundVisits.byId(id());
  if (found === undefined) throw new Error("it was not found");
  const connection = connectionOf("lamna", { writeBack: { links } }) as SystemConnection;
  const under = await begin();
  const seeing = { ...under.seeing, at: { ...under.seeing.at, connection } };
  await prepareUnready({ ...under, seeing }, { ...found, ...change(deployment.now()) });
  expect(prepared).toEqual(isPrepared ? [id()] : []);
});

test("a visit that is so far ahead that it has no meeting yet is not prepared for that", async () => {
  const { look, book, begin, prepared, found, deployment } = looking();
  book({ start: deployment.inMinutes(49 * HOUR) });
  await look("finding.far");
  await prepareUnready(await begin(), await found());
  expect(prepared).toEqual([]);
});

test("a row that cannot be read is counted and stops nobody, and whatever else is thrown is not swallowed", async () => {
  const came = { damaged: 0 };
  await unlessDamaged({ came }, () => Promise.reject(new UnreadableRecord("a row")));
  await unlessDamaged({ came }, () => Promise.resolve());
  expect(came.damaged).toBe(1);
  await expect(unlessDamaged({ came }, () => Promise.reject(new TypeError("a bug")))).rejects.toThrow(
    "a bug",
  );
  expect(came.damaged).toBe(1);
});

describe("visits that a search did not show", () => {
  /** Adds found visits that the search does not show. */
  const missing = async (count: number, more: (index: number) => Partial<FoundVisit> = () => ({})) => {
    const opened = looking();
    const { deployment, look, book, chart, id } = opened;
    const names = Array.from({ length: count }, (_, index) => "v-" + String(index));
    for (const [index, name] of names.entries())
      book({ id: name, start: deployment.inMinutes(HOUR + index) });
    await look();
    const known = new Map<VisitId, FoundVisit>();
    for (const [index, name] of names.entries()) {
      const found = await deployment.parts.foundVisits.edit(id(name), (one) => ({
        found: { ...one, ...more(index) },
      }));
      if (found !== undefined) known.set(found.id, found);
    }
    const read: string[] = [];
    const appointmentsById = opened.given.appointmentsById.bind(opened.given);
    const appointment = opened.given.appointment.bind(opened.given);
    opened.given.appointmentsById = (ids) => {
      read.push(...ids);
      return appointmentsById(ids);
    };
    opened.given.appointment = (one) => {
      read.push(one);
      return appointment(one);
    };
    const lookedUp = new Map<string, VisitId>();
    const search = async (isFar: boolean, hasGaps = false) => {
      read.length = 0;
      return lookForMissing(await opened.begin({ known }), ["loc-1"], { isFar, hasGaps }, lookedUp);
    };
    return { ...opened, known, read, search, lookedUp, chart };
  };

  test("are read where they take place at these locations and are not over, and are prepared", async () => {
    const end = new Date("2027-01-04T08:00:00Z");
    const changes: Partial<FoundVisit>[] = [
      {},
      { location: "loc-2" },
      { end },
      { end: new Date(end.getTime() + 1) },
    ];
    const { search, read, prepared, id } = await missing(4, (index) => changes[index] ?? {});
    expect(await search(false)).toBe(true);
    expect(read.toSorted()).toEqual(["v-0", "v-3"]);
    expect(prepared.toSorted()).toEqual([id("v-0"), id("v-3")].toSorted());
  });

  test("that are away are looked for in the far round alone, after those that take place, each in its turn", async () => {
    const { search, read, id, lookedUp, chart } = await missing(5, (index) =>
      index === 0 ? {} : { standing: index === 4 ? "cancelled" : "away", risk: "not-shown" },
    );
    const names = ["v-1", "v-2", "v-3"];
    for (const name of names) chart.change(name, { isHidden: true });
    expect([await search(false), read, lookedUp.size]).toEqual([true, ["v-0"], 0]);
    const byId = names.toSorted((one, other) => (id(one) < id(other) ? -1 : 1));
    const [first = "", second = "", third = ""] = byId;
    // What is asked for together is asked for in this order, and what is hidden is not asked for again.
    await search(true);
    expect([read, lookedUp.get("loc-1")]).toEqual([["v-0", ...byId], id(third)]);
    lookedUp.set("loc-1", id(first));
    await search(true);
    expect([read, lookedUp.get("loc-1")]).toEqual([["v-0", second, third, first], id(first)]);
    lookedUp.set("loc-1", id(third));
    await search(true);
    expect(read).toEqual(["v-0", first, second, third]);
  });

  test("and are off are looked for where the search could not show all, fewer than all each in its turn", async () => {
    const off = new Set([1, 3]);
    const { search, read, id, lookedUp, chart } = await missing(103, (index) =>
      off.has(index)
        ? { standing: index === 1 ? "cancelled" : "missed" }
        : index > 99
          ? { location: "loc-2" }
          : {},
    );
    // 98 take place, and 2 of the 100 that are read in one round are left for those that are off.
    await search(false);
    expect(read).toHaveLength(98);
    expect(read).not.toContain("v-1");
    expect(await search(false, true)).toBe(true);
    expect(read.slice(98).toSorted()).toEqual(["v-1", "v-3"]);
    expect(lookedUp.get("off,loc-1")).toBe([id("v-1"), id("v-3")].toSorted()[1]);
    // That one of them cannot be read is what the search has said already.
    chart.trouble = (request) =>
      request === "ids" && read.length > 98 ? { kind: "not-fhir", reason: "ill" } : undefined;
    expect(await search(false, true)).toBe(true);
  });

  test("of which one could not be read were not all read", async () => {
    const { search, chart, known, id } = await missing(2);
    chart.trouble = (request) => (request === "ids" ? { kind: "limited", retryAfterMs: 1 } : undefined);
    expect(await search(false)).toBe(false);
    chart.trouble = () => undefined;
    chart.change("v-0", { minutes: 50 });
    expect(await search(false)).toBe(true);
    // What was missed is searched after this, and begins with what was read.
    expect(known.get(id("v-0"))?.end).toEqual(new Date("2027-01-04T09:50:00Z"));
  });
});

describe("visits that are read by their ids", () => {
  const reads = async (
    count: number,
    prepareChart: (opened: Awaited<ReturnType<typeof looking>>) => void,
  ) => {
    const opened = looking();
    const { deployment, look, book, id } = opened;
    for (let index = 0; index < count; index++)
      book({ id: "v-" + String(index + 100), start: deployment.inMinutes(HOUR + index) });
    await look();
    const all: FoundVisit[] = [];
    for (let index = 0; index < count; index++) {
      const found = await deployment.parts.foundVisits.byId(id("v-" + String(index + 100)));
      if (found !== undefined) all.push(found);
    }
    const asked: (string | number)[] = [];
    const appointmentsById = opened.given.appointmentsById.bind(opened.given);
    const appointment = opened.given.appointment.bind(opened.given);
    Object.assign(opened.given, {
      appointmentsById: (ids: readonly string[]) => {
        asked.push(ids.length);
        return appointmentsById(ids);
      },
      appointment: (one: string) => {
        asked.push(one);
        return appointment(one);
      },
    });
    prepareChart(opened);
    const under = await opened.begin();
    const came: Read[] = [];
    await readTogether(under, all, (read) => {
      came.push(read);
      return Promise.resolve();
    });
    return { ...opened, all, asked, kinds: came.map(({ kind }) => kind), came: under.came };
  };

  test("are read fifty in a request, and one alone by itself", async () => {
    expect((await reads(1, () => undefined)).asked).toEqual(["v-100"]);
    const many = await reads(101, () => undefined);
    expect([many.asked, new Set(many.kinds).size, many.kinds.length]).toEqual([[50, 50, "v-200"], 1, 101]);
  });

  test("and were moved to times that are over are counted once, where it is known since when nothing was read", async () => {
    const { all, begin, chart, deployment } = await reads(2, () => undefined);
    for (const name of ["v-100", "v-101"]) chart.change(name, { start: deployment.inMinutes(-HOUR) });
    const under = await begin();
    const since = { ...under, seeing: { ...under.seeing, since: deployment.inMinutes(-2 * HOUR) } };
    const done = () => Promise.resolve();
    await readTogether(since, all, done);
    expect(since.came.over).toBe(2);
    const again = await Promise.all(all.map(({ id }) => deployment.parts.foundVisits.byId(id)));
    await readTogether(
      since,
      again.filter((one) => one !== undefined),
      done,
    );
    expect(since.came.over).toBe(2);
  });

  test("where the chart is down, the first and the last are read alone, and no more where neither is answered", async () => {
    const { asked, kinds } = await reads(3, ({ chart }) => {
      chart.trouble = (request) =>
        request === "ids" || request === "read" ? { kind: "down", reason: "ill" } : undefined;
    });
    expect([asked, kinds]).toEqual([
      [3, "v-100", "v-102"],
      ["trouble", "trouble", "trouble"],
    ]);
    const limited = await reads(3, ({ chart }) => {
      chart.trouble = (request) => (request === "ids" ? { kind: "limited", retryAfterMs: 1 } : undefined);
    });
    expect([limited.asked, limited.kinds]).toEqual([[3], ["trouble", "trouble", "trouble"]]);
  });

  test("are read one by one where an answer for all is no FHIR, or where one of two is answered alone", async () => {
    const each = ["v-100", "v-101", "v-102"];
    const spoilt = await reads(3, ({ chart }) => {
      chart.trouble = (request) =>
        request === "ids" ? { kind: "not-fhir", reason: "one record" } : undefined;
    });
    expect(spoilt.asked.slice(1).toSorted()).toEqual(each);
    const large = await reads(3, ({ chart }) => {
      chart.trouble = (request) =>
        request === "ids" ? { kind: "too-large", reason: "more than 4 MB" } : undefined;
    });
    expect(large.asked.slice(1).toSorted()).toEqual(each);
    let count = 0;
    const last = await reads(3, ({ chart }) => {
      chart.trouble = (request) => {
        if (request === "ids") return { kind: "down", reason: "ill" };
        return request === "read" && ++count === 1 ? { kind: "down", reason: "ill" } : undefined;
      };
    });
    expect(last.asked.slice(0, 3)).toEqual([3, "v-100", "v-102"]);
    expect(last.asked).toHaveLength(6);
  });

  test("one that an answer leaves out is read alone, unless it is away already and the answer is whole", async () => {
    const { all, begin, chart, asked, deployment } = await reads(3, () => undefined);
    for (const name of ["v-100", "v-101"]) chart.change(name, { isHidden: true });
    const [first] = all;
    if (first === undefined) throw new Error("nothing was found");
    const away = [{ ...first, standing: "away" as const }, ...all.slice(1)];
    await deployment.parts.foundVisits.edit(first.id, () => ({ found: { ...first, standing: "away" } }));
    const done = () => Promise.resolve();
    asked.length = 0;
    await readTogether(await begin(), away, done);
    expect(asked).toEqual([3, "v-101"]);
    chart.skipped = 1;
    asked.length = 0;
    const again = await Promise.all(all.map(({ id }) => deployment.parts.foundVisits.byId(id)));
    await readTogether(
      await begin(),
      again.filter((one) => one !== undefined),
      done,
    );
    expect(asked).toEqual([3, "v-100", "v-101", "v-102"]);
  });

  test("where nothing is kept of an appointment, or it is another chart's, nothing is asked", async () => {
    const { begin, all, asked, deployment } = await reads(1, () => undefined);
    asked.length = 0;
    const under = await begin();
    const fhirBaseUrl = "https://fhir.example/r4/other" as SystemConnection["fhirBaseUrl"];
    const connection = connectionOf("lamna", { fhirBaseUrl }) as SystemConnection;
    const [found] = all;
    if (found === undefined) throw new Error("it was not found");
    const elsewhere = { ...under.seeing, at: { ...under.seeing.at, connection } };
    expect(await readAgain(deployment.parts, elsewhere, found)).toMatchObject({
      kind: "off",
      found: { risk: "not-shown" },
    });
    await deployment.parts.foundVisits.remove(found.id);
    expect(await readAgain(deployment.parts, under.seeing, found)).toEqual({ kind: "off", found });
    const kinds: Read[] = [];
    await readTogether(under, all, (read) => {
      kinds.push(read);
      return Promise.resolve();
    });
    expect([kinds, asked]).toEqual([[{ kind: "off", found }], []]);
    // A row that was removed meanwhile is not written again.
    const read = { kind: "not-shown" } as const;
    expect(await asRead(deployment.parts, under.seeing, found, { appointmentId: "v-100", read })).toEqual({
      kind: "off",
      found,
    });
  });
});

test("what was read for several batches is shared for five seconds, by rounds of one reach, whichever way the clock goes", async () => {
  const { deployment, look, book } = looking({ departments: [departmentOf("lamna")] });
  book();
  await look();
  let [reads, ago] = [0, 0];
  const between = deployment.parts.foundVisits.between.bind(deployment.parts.foundVisits);
  const parts = {
    ...deployment.parts,
    foundVisits: {
      ...deployment.parts.foundVisits,
      between: (...range: Parameters<typeof between>) => {
        reads += 1;
        return between(...range);
      },
    },
    queue: { ...deployment.parts.queue, now: () => new Date(deployment.now().getTime() + ago) },
  };
  const lately: KnownLately = new Map();
  const range = { from: deployment.now(), before: deployment.inMinutes(2 * HOUR) };
  const read = async (number: number, after: number, name = "near lamna") => {
    ago = after;
    await knownTogether(parts, lately, { name, connectionId: "lamna", number, count: 3 }, range);
    return reads;
  };
  expect([await read(1, 0), await read(2, 4_999), await read(2, 4_999)]).toEqual([1, 1, 2]);
  expect([await read(3, 4_999 + 5_000), await read(1, 4_999 + 5_000)]).toEqual([3, 3]);
  expect(await read(2, 0)).toBe(4);
  expect(await read(1, 0, "far lamna")).toBe(5);
  expect(await read(1, 0)).toBe(5);
});
