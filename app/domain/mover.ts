/** Who can mend something: "nobody" where it mends itself. */
export type Mover = "administrator" | "oracle" | "microsoft" | "carriers" | "nobody";
