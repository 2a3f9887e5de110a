import { expect, test } from "vitest";
import { LANGUAGES } from "../../../app/domain/language.ts";
import { TOLD_KINDS } from "../../../app/domain/messages.ts";
import { replyOf, type Reply } from "../../../app/domain/replies.ts";
import {
  HELP_ANSWERS,
  STOPPED_ANSWERS,
  trialText,
  unreadAnswer,
  visitText,
} from "../../../app/domain/texts.ts";

const stop = (language: "en" | "es", carrierAnswers = false): Reply => ({
  kind: "stop",
  language,
  carrierAnswers,
});

test.each<[string, Reply]>([
  ["STOP", stop("en", true)],
  [" Stop. ", stop("en", true)],
  ["“Stop!”", stop("en", true)],
  ["STOPALL", stop("en")],
  ["Cancel", stop("en")],
  ["unsubscribe", stop("en")],
  ["Don’t text me!!", stop("en")],
  ["please stop texting me", stop("en")],
  ["Wrong number", stop("en")],
  ["No más", stop("es")],
  ["NO ME ENVÍEN MÁS MENSAJES", stop("es")],
  ["Cancelar", stop("es")],
  ["baja", stop("es")],
  ["Ｓｔｏｐ", stop("en", true)],
  ["unsubscribe please", stop("en")],
  ["Please unsubscribe", stop("en")],
  ["STOP, thank you", stop("en")],
  ["Please, please stop. Thanks!", stop("en")],
  ["stop stop", stop("en")],
  ["STOP STOP texting me", stop("en")],
  ["Stop sending me messages", stop("en")],
  ["stop all messages", stop("en")],
  ["quit texting me", stop("en")],
  ["Alto por favor", stop("es")],
  ["No más, gracias", stop("es")],
  ["no más no más", stop("es")],
  ["No me manden más textos", stop("es")],
  ["ARRET", stop("en")],
  ["Arrêt", stop("en")],
  ["Revoke my consent", stop("en")],
  ["revoke consent", stop("en")],
  ["OK stop", stop("en")],
  ["I want to stop", stop("en")],
  ["stop sms", stop("en")],
  ["Stop text", stop("en")],
  ["stop texting this number", stop("en")],
  ["don´t text me", stop("en")],
  ["don‘t text me", stop("en")],
  ["Ya no quiero mensajes", stop("es")],
  ["STOP\nSent from my iPhone", stop("en")],
  ["\r\nNo más\r\nEnviado desde mi iPhone", stop("es")],
  ["START\nSent from my iPhone", { kind: "other" }],
  ["I will\nstop", { kind: "other" }],
  ["ok", { kind: "other" }],
  ["start", { kind: "start" }],
  ["Help, please", { kind: "help", language: "en" }],
  ["stop by later", { kind: "other" }],
  ["please stop by later, thanks", { kind: "other" }],
  ["thank you", { kind: "other" }],
  ["No, gracias", { kind: "other" }],
  ["UNSTOP", { kind: "start" }],
  ["help", { kind: "help", language: "en" }],
  ["Info?", { kind: "help", language: "en" }],
  ["Información", { kind: "help", language: "es" }],
  ["AYUDA", { kind: "help", language: "es" }],
  ["yes", { kind: "other" }],
  ["Please do not stop my medicine", { kind: "other" }],
  ["Can I cancel and come on Friday?", { kind: "other" }],
  ["running late", { kind: "other" }],
  ["", { kind: "other" }],
  ["🙏", { kind: "other" }],
  ["stop" + " ".repeat(10_000), stop("en", true)],
])("%j", (text, reply) => {
  expect(replyOf(text)).toMatchObject(reply);
});

/** What people write who want no more texts, or are not the patient. */
const NO_MORE: Readonly<Record<"en" | "es", string>> = {
  en: `
    Stop, wrong person
    Stop. I am not the patient
    Stop!! Wrong number
    STOP - not me
    Stop. Stop. STOP.
    STOP wrong number
    Stop this is not Maria
    Stop I don't know you
    stop you have the wrong person
    Stop, I can't read these
    Hi, please stop texting me
    Stop sending me these texts
    Stop sending these messages to my phone
    Stop texting my wife
    stop texting this phone number. thank you
    Stop texting me I am not Maria
    Stop texting me!!! This is not her phone
    Can you stop texting me
    Could you please stop sending me these reminders?
    I want you to stop sending me texts
    How do I stop these messages?
    How do I unsubscribe from this
    If you don't stop texting me I will report you
    I told you to stop texting me
    Thanks but please stop all future texts
    Stop fucking texting me
    Stop contacting this number
    stop calling this number
    don't text this number
    Please don't text this number again
    Do not text this number ever again.
    don't text me anymore
    Never text me again
    Do not contact me again, I moved to another clinic
    Please do not send me texts
    Don't send any more messages to this number
    I don't want these texts
    I do not want to receive text messages
    I no longer want to receive these reminders
    I never signed up for these texts
    I didn't ask for these messages
    No more of these texts
    Remove my number from your system
    Take this number off your list
    please delete my number
    lose my number
    Unsubscribe me from all
    Thank you for the care. Please unsubscribe.
    I would like to opt out
    I don't want text messages from the clinic
    I do not want texts from the hospital
    I don't want to receive texts from them
    I don't want any more texts from Lamna Healthcare
    I don't want messages from anyone
    Unsubscribe from this service
    Unsubscribe me from your service
    Unsubscribe me from Lamna
    Opt out of messaging
    Opt out of SMS from Lamna
    I am fine. Stop texting me.
    This is the wrong number
    You have the wrong person
    You have the wrong number for Maria
    You've got the wrong number
    u got the wrong number
    Sorry, wrong number
    I think you have the wrong number
    I'm sorry but you have the wrong person.
    Wrong person!
    Wrong number, please remove
    Hello, you are texting the wrong number
    You're sending this to the wrong person
    You must have a wrong number
    Sorry this is a wrong number
    Someone gave you the wrong number
    They must have put down the wrong number
    Not my number
    This is not my number
    That's not my number anymore
    This isn't Maria's phone
    this is not marias number
    This is not the right number
    This is no longer Maria's number
    This number doesn't belong to Maria
    this number belongs to someone else
    Maria doesn't have this number anymore
    She no longer uses this number
    I just got this number last week
    No one here by that name
    There is nobody by that name
    There's no Maria at this number
    I don't know this person
    I don't know any Maria
    I don't know who Maria is
    I am not the patient
    I'm not your patient
    I am not that person
    I'm not who you are looking for
    I am not Maria
    Im not Mr Lopez
    Hi I'm not Maria Lopez
    This is not Maria
    This isn't John, sorry
    The patient passed away
    STOP to end
    STOP to end.
    Text stop to end
    Reply STOP to opt out
    text STOP to cancel
    STOP ends texts.
    wrong #
    Wrong # sorry
    you texted the wrong #
    U have wrong #
    Not my #
    Incorrect number
    you have an incorrect number
    bad number
    this is a bad number
    Not the correct person
    You don't have the right person
    you dont have the correct number
    No longer my number
    This is no longer my number
    Maria doesn't live here
    She no longer lives here
    He passed away
    My husband passed away in May
    My husband passed this morning
    She passed a few weeks ago
    She died
    He is deceased
    Patient deceased
    my mother died last month please stop
    Maria has passed away. Please stop sending these
    Maria Lopez passed away
    I'm sorry to tell you my wife passed away
    I wanted to let you know that he has passed away
    Unfortunately she is no longer with us
    I think he passed away
    Patient has expired
    Deceased
    Passed away.
    My dad is dead, stop
    Please cancel all her appointments, she died in June
    cancel texts
    cancel these texts
    Please cancel text messages
    end texts
    end messages
    Can you turn off the notifications
    Stop this
    stop sending these
    Stop sending me this
    please stop sending these to me
    i opt out
    I unsubscribe
    unsubscribed
    opting out
    Stopp
    S T O P
    S.T.O.P.
    stopppp
    sotp
    stpo
    stop it now
    Stop it already
    STOPTXT
    stoptexts
    Stop2end
    stop2quit
    STOP TXT
    stop ya
    unsub
    Cease and desist
    arrete
    Arrêtez!
    Dont text me call me
    Don't text me, just call
    I didn't sign up for this
    I never signed up for these
    I did not opt in to this
    Do not use this number
    Don't use this number anymore
    Please never use this number again
    This number is no longer hers
    this number isn't hers
    This number is not his anymore
    This phone belongs to someone else
    This phone doesn't belong to Maria
    There's no Maria here
    There is no Maria Lopez here
    no Maria here
    No Maria Lopez at this number
    Nobody named Maria here
    Don't use this number anymore, my new number is 312 555 0144
    No one called Maria lives here
    this phone is not Maria's
    This phone isn't hers
    This cell phone is no longer Maria's
    I bought this phone last week, not Maria
    I have this number now, not Maria
    This person is dead
    That person has died
    That person is deceased
  `,
  es: `
    Numero incorrecto
    Número equivocado
    Persona equivocada
    Stop, número equivocado
    Perdón, número equivocado
    Tiene el número equivocado
    Este es un número equivocado
    Está llamando al número equivocado
    Se equivocó de número
    Creo que se equivocaron de persona
    Este no es mi número
    Este no es el número de María
    No es mi número
    Este número no es de María
    Este número ya no le pertenece
    María ya no tiene este número
    No soy la paciente
    Hola, no soy el paciente
    No soy esa persona
    No soy María
    Esta no es María
    No conozco a esa persona
    No conozco a María
    Aquí no vive
    No me manden más mensajes por favor
    Por favor no me escriban más
    No manden mensajes a este número
    No envíen más textos a este número
    Ya no me envíen recordatorios
    Dejen de mandarme mensajes
    Deje de escribirme, no soy la paciente
    Paren de enviarme textos
    Cancelar los mensajes
    No quiero recibir mensajes
    Ya no quiero recibir más mensajes de texto
    No deseo recibir estos mensajes
    Quítenme de su lista
    Borren mi número
    Por favor eliminen mi número
    No quiero mensajes de la clínica
    No quiero mensajes de este número
    No quiero recibir más mensajes de su parte
    No más textos de la doctora
    Paren los mensajes inmediatamente
    Cancelen todos los mensajes de recordatorio
    Basta, no quiero esto
    Alto. Número equivocado
    Baja: STOP
    Baja: STOP.
    Baja. STOP
    BAJA STOP
    STOP para cancelar
    Envíe STOP para dejar de recibir mensajes
    Esta equivocado
    Perdón, está equivocado
    Están equivocados
    Se equivocó
    Equivocada
    Maria no vive aqui
    Aquí no vive María
    Ella ya no vive aquí
    Ya falleció
    El paciente fallecio
    Mi esposo falleció en mayo
    María López falleció
    Lamentablemente ella murió
    Él ha fallecido. Por favor no manden más
    La paciente ya está muerta
    Mi mamá está muerta
    Se murió
    Se murió el paciente
    Basta ya
    Ya basta
    Alto ya
    Texto STOP
    Mensaje STOP
    Envíe la palabra STOP
    Ella ya no usa este número
    María ya no usa este teléfono
    Ella ya no utiliza este celular
    María ya no tiene este celular
    Este celular ya no es de ella
    Este teléfono pertenece a otra persona
    No conozco a nadie llamado María
    No conozco a nadie que se llame María
    No conozco a nadie con ese nombre
    No hay nadie llamado María aquí
    No hay nadie con ese nombre
    Aquí no hay ninguna María
    No usen este número
    Por favor no use más este número
    No llamen a este número
    Acabo de recibir este número
    Esta persona está muerta
    Esa persona falleció
  `,
};

/** What patients write who go on wanting texts. */
const NOT_MEANT = `
  I can't stop coughing
  can't stop by today
  cannot stop by today
  end of the call?
  End of the month is fine
  I stopped the medication
  is it the right number?
  Is this the right #?
  my mother died, can I reschedule?
  My mother passed away, I need to change the date
  My father died and I can't make it
  my dad died so I will be at the funeral
  She died? what do you mean
  my phone died
  My Phone Died
  My battery is dead
  The phone died
  My dog passed away
  I passed out
  She passed the test
  My daughter passed this exam
  My son passed a few tests
  My daughter died her hair
  My son is dead serious
  He passed her the phone
  I died laughing
  He is dead tired
  My son is dead asleep
  My grandmother passed away so running 10 min late
  My prescription has expired
  He is not deceased
  She isn't dead
  Maria is not deceased
  my dad is not dead
  He passed on the offer
  My dad died of a stroke, I am worried about mine
  My mother died when I was 5 and I take pills
  if he passed away
  I am sorry my dad passed away, I will call
  cancel my appointment
  cancel the link
  cancel the appointment reminder call
  End the visit
  This is a bad number to reach me
  I can't stop sending these
  Did he opt out?
  stop to rest
  My room # is 5
  Mi hija no vive aquí
  Yo no vivo aquí cerca
  Mi teléfono murió
  Ya murió el teléfono
  Se murió mi teléfono
  Él está muerto de sueño
  Ella no falleció
  No falleció
  Se equivocó, mi cita es el lunes
  Se equivocó el doctor
  Mi madre falleció, ¿puedo cambiar la cita?
  Mi papá murió, necesito otra fecha
  Liked “Lamna Healthcare: Video visit Tue, Jan 12, 9:00 AM CST. Join: https://visits.example/j/abc STOP to end.”
  Le gustó “Lamna Healthcare: Cita por video mar 12 ene. Entre: https://visits.example/j/abc Baja: STOP.”
  Don't stop texting me
  Please don't stop
  Please don't stop the reminders
  Stop by at 5?
  Can I stop by at 5
  Should I stop? or keep taking it
  Stop? which medicine do you mean
  Should I continue, stop, or wait?
  Stop taking the pills?
  Stop metformin before the visit?
  I stopped taking my pills
  I need to stop these
  Should I stop these
  I want to stop smoking
  Quit smoking 2 weeks ago
  Can you stop the pain
  The bleeding won't stop
  It doesn't stop hurting. What now
  Cancel my appointment
  Cancel. I can't make it on Friday
  Can you cancel for tomorrow
  I don't want to cancel
  End of the week works
  When does it end?
  No more pain today
  No more refills left
  Is this the wrong number?
  Did I text the wrong number?
  I called the wrong number
  This is not the wrong number
  I gave you the wrong number, use 312 555 0100
  You gave me the wrong number of pills
  You have the wrong number for my pharmacy
  This morning I called the wrong number
  The pharmacy gave me the wrong number
  I talked to the wrong person
  I dont want texts in english
  No quiero mensajes en inglés, en español por favor
  No más mensajes en inglés
  No necesito recordatorios para mañana, ya confirmé
  I dont want texts to my work phone, use my cell
  I do not need the messages to be in English
  Opt out of video, I want in person
  opt out of the flu shot
  I'm not Dr. Lee's patient anymore
  You sent it to the wrong pharmacy
  Wrong number of pills
  wrong link
  This is my new number
  This is not a good number to reach me
  It's not my phone, it's the app
  I am not sure
  I'm not sure if I can
  I'm Not Sure
  I'm not feeling well
  I am not home
  I'm not able to join
  I am not ready yet
  I'M NOT COMING
  I'm not at work
  I am not Medicare
  I'm not dizzy
  This is not working
  This is not working. I am not in
  This is not Zoom right?
  It's not Monday is it
  I'm not the patient, I'm her mom. We will be there
  This is not Maria, this is her daughter. She is on her way
  No soy la paciente, soy su hija. Ya vamos
  I don't know how to join
  I don't know where the link is
  I don't know what this is
  Who is this?
  Don't call me, text me
  Don't text me the link, email it
  Do not send me to the ER
  Don't bother
  I don't text much
  I don't need the link, I have it
  You never text me
  Take me off the schedule on Friday
  Take my number: 312 555 0100
  Remove me from Friday
  I'm in the lobby, please let me in
  No
  No thank you
  not interested in surgery
  Go ahead
  I lost this number before
  Para qué es esto
  Para la cita de mañana
  Para, ¿a qué hora es?
  Alto, 180 sobre 95
  No puedo parar de toser
  No me siento bien
  No soy alérgica
  No tengo el link
  No dejen de mandarme mensajes
  No quiero cancelar
  Cancelar la cita
  Llamé al número equivocado
  Me dieron el número equivocado
  Me equivoqué de botón
  Este no es mi doctor
  ¿Cuándo para el dolor?
  Baja presión hoy
  No me manden a urgencias
  No me llamen, escríbanme
  is there no parking here
  Is there no Parking here
  There is no parking here
  There's No Parking Here
  There is no Internet here
  No Signal here
  No One here yet
  no one is here
  Nobody here yet
  No doctor here
  There is no Link here
  Is there no Maria there?
  Maria's phone is new, use this number
  Use this number
  You can use this number
  Don't use this number for voice calls, I am deaf
  I do not use this number for video
  This number is mine
  This number is not in my chart
  This number is hers
  This phone is not always on
  This Phone Is Not Always On
  do not use this number I am at work
  Do not use this number after 5
  This phone doesn't belong to anyone
  There is no Lobby here
  There is no Button here
  nobody named a price here
  no one called us here
  No One called me here
  No hay nadie que se llame así en la sala
  No hay nadie con ese nombre en la clínica
  Este celular no es de los buenos
  Este celular no es de video
  Para ya el dolor
  stop it already my arm hurts
  Stop it please it hurts
  This phone belongs to my mom
  This phone belongs to her mother
  This phone is not hers but I will help her join
  Mi hija no tiene este celular ahora, yo lo tengo
  There Is No Smoking Here
  My new phone is not Samsung
  I got this phone number from the clinic
  Don't use this number to call, text my cell
  Can I use this number?
  Do not use this link
  She is dead on her feet
  Texto más tarde
  This phone is not as good
  This phone is no longer charging
  This phone is not for video
  This phone isn't Android
  I bought this phone last week, how do I join?
  I bought this phone last week
  I have this phone now, not Android
  I see Dr. Smith, not Jones
  Not Maria's appointment, mine
  I didn't sign up for this portal
  I didn't sign up for this appointment
  I never opted in to this study
  stop it now or keep taking it?
  Should I stop it now
  Stop it now and then?
  When do I stop it
  My arm hurts, make it stop
  I stopped2
  This person is dead tired
  is that person dead serious
  That person is my mom
  Ya
  Basta con ya tomar la pastilla
  Basta ya de dolor, doctor
  ¿La clínica ya no usa este número?
  La clínica ya no usa este número
  Uso este número
  Use este número
  Este celular no es bueno para video
  Este celular es de mi hija, úselo
  No conozco a nadie en la clínica
  No conozco a nadie que me lleve
  No hay nadie aquí todavía
  No hay nadie en la sala
  No hay estacionamiento aquí
  No llamen, mejor texto
  No use este número para llamar, solo textos
  Acabo de recibir este link
  Le mandé un texto
  Esta persona está muerta de miedo
`;

/** Each text that says how to end texts. */
const texts = (): readonly string[] => {
  const facts = {
    ...{ sender: "Lamna Healthcare", phone: "(202) 555-0100", zone: "UTC" },
    ...{ link: "https://visits.example/j/abc", start: new Date("2027-01-12T15:00:00Z") },
  };
  const told = LANGUAGES.flatMap((language) => TOLD_KINDS.map((kind) => visitText(kind, language, facts)));
  return [...told, trialText(facts), HELP_ANSWERS.en(facts), HELP_ANSWERS.es(facts), unreadAnswer(facts)];
};
/** The last words of each, by which it says so, and which somebody may send back as they are. */
const closings = (): readonly string[] => [
  ...new Set(texts().flatMap((text) => text.match(/(?:STOP|Baja: STOP)[^/:]*\./gu) ?? [text])),
];

test("the closing words of each text, sent back, end texts, and a whole text that is sent back does not", () => {
  expect(closings()).toEqual(["STOP to end.", "Baja: STOP.", "STOP."]);
  const facts = { sender: "Lamna Healthcare", phone: "(202) 555-0100" };
  for (const text of [...texts(), STOPPED_ANSWERS.en(facts), STOPPED_ANSWERS.es(facts)])
    expect([text, replyOf(text).kind]).toEqual([text, "other"]);
  for (const closing of closings())
    for (const said of [
      closing,
      closing.toLowerCase(),
      closing.replace(/\.$/, ""),
      closing.replace(":", "."),
    ])
      expect([said, replyOf(said).kind]).toEqual([said, "stop"]);
});

const each = (lines: string) =>
  lines
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");

test.each(each(NO_MORE.en))("%s: no more", (text) => {
  expect(replyOf(text)).toEqual(stop("en"));
});

test.each(each(NO_MORE.es))("%s: no más", (text) => {
  expect(replyOf(text)).toEqual(stop("es"));
});

test.each(each(NOT_MEANT))("%s: goes on", (text) => {
  expect(replyOf(text).kind).toBe("other");
});

test("a long answer is read in no time", () => {
  const began = performance.now();
  for (const words of [
    "stop ",
    "no ",
    "not my ",
    "a ",
    "the wrong ",
    "you ",
    "no me ",
    "stop. ",
    "dont text me ",
    "s t o p ",
    "he died and ",
    "maria has passed ",
    "fallecio ",
    "text stop to end ",
    "that you know he ",
  ])
    replyOf(words.repeat(2_000));
  expect(performance.now() - began).toBeLessThan(1_000);
});
