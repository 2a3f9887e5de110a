/**
 * What an id of a resource may look like, wherever one is read: in a reference, a token, a form. More than FHIR's own pattern
 * in length and by `_` and `~`, which servers use; less by what a path would climb with. https://hl7.org/fhir/R4/datatypes.html#id
 */
export const isFhirId = (text: string): boolean => /^(?!\.+$)[A-Za-z0-9._~-]{1,128}$/.test(text);
