/** Checks of single values. Each fault is the end of a sentence that begins with the setting's name. */
import * as z from "zod";
import { isLoopback } from "../domain/fhirBaseUrl.ts";

type Complain = (name: string, words: string) => void;

/** Why the value is not a bare address; undefined if it is one. */
export function addressFault(value: string, local: boolean): string | undefined {
  const url = URL.parse(value);
  if (url === null) return "is not an address; it should start with https://";
  const plainAllowed = local && isLoopback(url.hostname);
  if (url.protocol !== "https:" && !(plainAllowed && url.protocol === "http:"))
    return "must start with https://";
  if (isLoopback(url.hostname) && !local)
    return "is an address of this machine, which only environment local may use; give the public one";
  if ((url.pathname !== "/" && url.pathname !== "") || url.search !== "" || url.hash !== "")
    return "must be a bare address, without a path";
  return undefined;
}

export function port(value: string | undefined, fault: (words: string) => void): number {
  if (value === undefined || !/^\d{1,5}$/.test(value) || Number(value) > 65535) {
    fault("must be a port number; the platform sets it");
    return 0;
  }
  return Number(value);
}

export function guid(name: string, value: string, fault: Complain): string {
  if (value !== "" && !z.guid().safeParse(value).success)
    fault(name, "must be an id like 00000000-0000-0000-0000-000000000000");
  return value.toLowerCase();
}

export function digest(name: string, value: string, fault: Complain): string {
  if (value !== "" && !/^[0-9a-f]{64}$/.test(value)) fault(name, "must be 64 hexadecimal digits");
  return value;
}

export function phoneNumber(name: string, value: string | undefined, fault: Complain): string | undefined {
  if (value !== undefined && !/^\+[1-9]\d{7,14}$/.test(value))
    fault(name, "must be a phone number like +18335550100");
  return value;
}

export function mailAddress(name: string, value: string | undefined, fault: Complain): string | undefined {
  if (value !== undefined && !z.email().safeParse(value).success)
    fault(name, "must be a mail address like DoNotReply@mail.example.org");
  return value;
}
