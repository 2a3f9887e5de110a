/**
 * An id made from words, so that the same words always give the same id, in the form of a version 5 UUID (RFC 9562 section
 * 5.5, but hashed by SHA-256).
 */
import { createHash } from "node:crypto";
import { uuidOf } from "../../app/domain/uuid.ts";

export const guidOf = (words: string): string => uuidOf(createHash("sha256").update(words).digest("hex"), 5);
