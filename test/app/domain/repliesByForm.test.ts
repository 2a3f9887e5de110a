/**
 * What people's answers mean, by their form: who is spoken of, what is said of them, and how it is written. Each list is
 * multiplied with each other, so that a rule which knows one form knows its siblings.
 */
import { expect, test } from "vitest";
import { replyOf } from "../../../app/domain/replies.ts";

const joined = (...lists: readonly (readonly string[])[]): readonly string[] =>
  lists.reduce<readonly string[]>(
    (all, list) => all.flatMap((begun) => list.map((next) => `${begun}${next}`)),
    [""],
  );
const lines = (text: string): readonly string[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
/** As people write it: with and without capitals and apostrophes, and with the apostrophe that phones put. */
const written = (text: string): readonly string[] => [
  ...new Set([text, text.replaceAll("'", "’"), text.replaceAll("'", "")]),
];

const OPENINGS_EN = lines(`
  Hi
  Hello
  No
  No thanks
  Thank you
  Who is this?
  What is this?
  I'm not interested.
  Already did this.
  Sorry
  Good morning
  I already have a doctor.
  Yes
`);
const OPENINGS_ES = ["Hola", "No gracias", "Gracias", "¿Quién es?", "Buenos días", "Perdón", "No"];
const after = (openings: readonly string[], words: readonly string[], marks: readonly string[]) =>
  joined(
    openings.flatMap((opening) =>
      /[.?]$/.test(opening) ? [opening + " ", opening + "\n"] : marks.map((mark) => opening + mark),
    ),
    words,
  );

const STRONG = ["STOP", "Stop", "stop.", "Unsubscribe", "QUIT", "Opt out", "Please stop", "STOP please!"];
const stops: Readonly<Record<string, readonly string[]>> = {
  "a carriers' word after an opening": after(OPENINGS_EN, STRONG, [", ", ". ", "! ", " - "]).filter(
    // A line that goes on in a small letter goes on with its sentence.
    (text) => !/\n[a-z]/.test(text),
  ),
  "a carriers' word after an opening, in Spanish": after(
    OPENINGS_ES,
    ["STOP", "BAJA", "baja", "Stop", "Basta", "Darme de baja"],
    [", ", ". "],
  ).filter((text) => !/\n[a-z]/.test(text)),
  "without a pause": joined(["yes ", "HELP ", "hi ", "no thanks ", "ok "], ["stop", "STOP", "unsubscribe"]),
  "with the number": joined(
    ["STOP ", "Stop "],
    ["312-555-0101", "(312) 555-0101", "3125550101", "+13125550101"],
  ),
  "told before": joined(
    ["", "I already ", "Hello, I "],
    ["told", "asked"],
    [" you", " you guys"],
    [" to stop", " to stop!", " to stop already"],
  ).map((text) => text.replace(/^(told|asked)/, "I $1")),
  "asked kindly": joined(
    ["Can", "Could", "Will", "Would"],
    [" you please stop", " you just stop"],
    ["", "?"],
  ),
  "asked how": joined(
    ["How do I ", "how can i "],
    ["stop these", "stop these messages", "unsubscribe", "opt out"],
    ["", "?"],
  ),
  "texts have to end": joined(
    ["These", "The", "Your"],
    [" texts", " messages"],
    [" need to stop", " must stop", " have to end"],
  ),
  "of their own words": lines(`
    REMOVE
    Please remove
    I've changed my mind and don't want to receive these anymore
    Please do not send any further messages
    I don't want these messages anymore. This is your last warning!
    Please remove me from your text messages, I've asked three times.
    cease and desist all communications
    Will you please stop
    Make these texts stop
    Count me out. STOP
  `),
  "of their own words, in Spanish": joined(
    ["Quiero ", "Deseo ", "Quisiera ", "Hola, quiero ", "Necesito "],
    ["darme de baja", "cancelar los mensajes", "dejar de recibir mensajes", "cancelar estos recordatorios"],
    ["", " por favor"],
  ).concat(
    lines(`
    Me quiero dar de baja
    me pueden dar de baja
    Denme de baja
    Darme de baja de esta lista
    Ya les dije que no me escriban más
    Les pedí que dejen de mandarme mensajes
  `),
  ),
  "a wrong number, in Spanish": joined(
    ["", "Creo que ", "Perdón, ", "Hola, ", "Disculpe, creo que "],
    ["usted tiene", "ustedes tienen", "ud tiene", "uds. tienen", "tiene", "tienen"],
    [
      " el número equivocado",
      " número equivocado",
      " un número equivocado",
      " el numero incorrecto",
      " el teléfono equivocado",
    ],
  ),
  "not that name": joined(
    ["", "Sorry, ", "Hi. ", "Stop. "],
    [
      ...["My name is not Maria", "my name isn't Maria", "My name's not Maria", "This is Robert, not Maria"],
      ...["I am Robert, not Maria", "I'm Robert not Maria Lopez", "My name is Robert Smith, not Maria"],
    ],
  ),
  "not that name, in Spanish": joined(
    ["", "Perdón, ", "Hola. "],
    ["Mi nombre no es María", "Yo no me llamo María", "No me llamo María López", "Soy Roberto, no María"],
  ),
  died: joined(
    ["", "Sorry, ", "Please stop, "],
    ["He", "She", "My husband", "My mother", "Our dad", "My grandmother", "The patient", "Dad", "Grandma"],
    [
      " is dead",
      "'s dead",
      " died",
      " died yesterday",
      " has died",
      "'s deceased",
      " passed away",
      " died on Sunday",
    ],
  ),
  "died, by name": joined(
    ["", "Sorry. "],
    ["Maria", "Maria Lopez", "Mr Lopez", "Emily"],
    [" died", " died last week", " has died", " is dead", " died in May", " passed away"],
  ),
  "died, in Spanish": joined(
    ["", "Lo siento, "],
    ["María", "María López", "mi abuelita", "Mi esposo", "mi mamá", "Mi hermanita", "Ella", "El paciente"],
    [" murió", " falleció", " ya murió", " murió ayer", " murió hace un mes", " está muerta"],
  ),
  "beside a quotation": lines(`
    I said "no". STOP texting me please, I do not want any more messages from you ever
    She said "hello", please stop texting me about these visits, this is not my number
    You wrote “Lamna: Video visit Tue, Jan 12, 9:00 AM. Join here https://visits.example/j/abc”. Stop texting me.
    You wrote: "Lamna: Video visit Tue, Jan 12, 9:00 AM. Join here https://visits.example/j/abc" STOP
  `),
};

/** What goes on, by form. */
const goOn: Readonly<Record<string, readonly string[]>> = {
  "a thing that died": joined(
    ["My ", "The ", "His ", "my ", ""],
    ["phone", "Phone", "battery", "cell phone", "laptop", "internet", "Internet", "dog", "iPad", "car"],
    [" died", " is dead", "'s dead", " died yesterday", " has died", " just died"],
  ),
  "a thing of a relative's": joined(
    ["My husband's ", "His ", "Mom's ", "my son's "],
    ["phone", "battery", "car", "tablet"],
    [" died", " is dead", " died last week"],
  ),
  "a thing that died, in Spanish": joined(
    ["Mi ", "El ", "La ", "", "Su "],
    ["teléfono", "celular", "batería", "perro", "Internet", "computadora"],
    [" murió", " se murió", " ya murió", " está muerto"],
  ),
  "to stop something else": joined(
    ["", "Hi, ", "Thanks. ", "Who is this? ", "No, "],
    [
      ...["stop by at 5", "I'll be there, stop by at 5", "make it stop hurting", "can I cancel the visit?"],
      ...["stop at the pharmacy?", "is this the right number?", "should I stop taking it?", "it won't stop"],
      ...["I can't stop coughing", "please make it stop", "can you stop the pain?", "cancel my visit"],
      ...[
        "I need to stop these pills",
        "should I stop?",
        "I was told to stop the medicine",
        "I told him to stop",
      ],
      ...["how do I stop the bleeding?", "how do I stop it", "if it hurts, stop", "don't stop"],
      ...["the texts stopped", "do I stop, or go on?", "he told me to stop", "can you stop by?"],
    ],
  ),
  "a visit that is called off": joined(
    ["No. ", "No, ", "Yes, ", "Hi, "],
    ["cancel", "Cancel", "end", "cancelar"],
  ),
  "in Spanish": joined(
    ["", "Hola, ", "Gracias. "],
    [
      ...[
        "¿es el número correcto?",
        "quiero cancelar la cita",
        "no pare",
        "la presión no baja",
        "quiero bajar de peso",
      ],
      ...[
        "la fiebre baja",
        "no dejen de escribirme",
        "mi presión está baja",
        "me dieron el número equivocado",
      ],
      ...["quiero darme de baja del seguro", "no me llamo seguido con ella", "me quiero dar un baño"],
      ...["quiero los mensajes en inglés", "tengo el número equivocado de la farmacia"],
    ],
  ),
  "a name that is no stranger's": lines(`
    My name is Maria Lopez not Lope
    I'm Maria, not Marie
    Soy Maria no Marie
    My name is not Maria, it's Mary
    My name is not spelled right
    Mi nombre no es María, es Mary
    I'm at Walgreens, not Kroger
    It's Tylenol, not Advil
    It is Walgreens, not CVS
    This is Maria
    I'm Maria, not sure how to join
    My name is Maria
    Soy María, no puedo entrar
    This is Maria, not Feeling well
    I am here, not There
  `),
  "nobody has died": lines(`
    I almost died
    Just Died
    Everyone died laughing
    My plants died
    My phone died sorry
    my phones dead
    Is Maria dead?
    She's dead tired
    He's dead wrong
    My son's dead asleep
    Maria died her hair
    Maria died laughing
    Dad died on me with his questions
    My dad died, can I reschedule?
    My dad died and I can't make it
    María murió de risa
    Zoom died
    Teams died yesterday
    Wifi Died
    Router died
    My Printer died
    Modem is dead
    Uber died
    Verizon died
  `),
  "a text that a phone quotes": joined(
    [
      "Liked ",
      "Loved ",
      "Emphasized ",
      "Disliked ",
      "Laughed at ",
      "Me gusta ",
      "Le encantó ",
      "👍 to ",
      "Reacted 👍 to ",
      "Liked: ",
    ],
    ["“", '"', "«"],
    [
      "Lamna: Visit Tue, Jan 12, 9:00 AM CST. Unsubscribe: STOP. https://visits.example/j/abc",
      "Lamna: Visit Tue, Jan 12, 9:00 AM CST. https://visits.example/j/abc Opt out: STOP.",
      "Lamna: Visit Tue, Jan 12, 9:00 AM CST. https://visits.example/j/abc Remove me: STOP",
      "Lamna: Visit Tue, Jan 12, 9:00 AM CST. https://visits.example/j/abc STOP",
    ],
    ["”", ""],
  ),
};

test.each(Object.entries(stops))("ends texts: %s", (_, all) => {
  expect(all.flatMap(written).filter((text) => replyOf(text).kind !== "stop")).toEqual([]);
});

test.each(Object.entries(goOn))("goes on: %s", (_, all) => {
  expect(all.flatMap(written).filter((text) => replyOf(text).kind === "stop")).toEqual([]);
});
