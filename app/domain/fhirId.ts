/**
 * What an id of a resource may look like, wherever one is read: in a reference, a token or a form. It may be longer than
 * FHIR's own pattern allows and hold `_` and `~`, which servers use; it may not be all dots, with which a path could climb.
 * https://hl7.org/fhir/R4/datatypes.html#id
 */
export const isFhirId = (text: string): boolean => /^(?!\.+$)[A-Za-z0-9._~-]{1,128}$/.test(text);
