/**
 * The words by which somebody ends texts, or says that their number is not the patient's, in both languages. They are looked
 * for in one sentence of an answer at a time, without case, accents and punctuation. A patient also writes of cigarettes and pills
 * that they stop, so a word that means something else in other company counts only alone.
 */
import type { Language } from "./language.ts";

/** Words that end texts as the beginning of an answer, too, where a sentence ends or a pause follows. */
export const FIRST: Readonly<Record<Language, ReadonlySet<string>>> = {
  en: new Set([
    ...["stop", "stopall", "stop all", "stop it", "stop now", "stop already", "i said stop", "no stop"],
    ...["quit", "unsubscribe", "opt out", "optout", "leave me alone", "remove me", "no texts", "go away"],
    ...["unsub", "cease and desist"],
    // The carriers' word in French, Canada's other language.
    ...["arret", "arrete", "arretez"],
    // With two letters in each other's place.
    ...["sotp", "stpo"],
  ]),
  es: new Set(["basta", "pare", "paren", "darme de baja", "dejenme en paz", "dejeme en paz"]),
};

/** Words that end texts when nothing else is said. */
const ALONE: Readonly<Record<Language, ReadonlySet<string>>> = {
  en: new Set([
    ...FIRST.en,
    ...["stop text", "stop sending", "stop these", "text stop", "reply stop", "i want to stop"],
    ...[
      "i want you to stop",
      "end",
      "cancel",
      "opt me out",
      "unsubscribe me",
      "no more",
      "no texting",
      "remove",
    ],
    ...[
      "revoke",
      "revoke consent",
      "revoke my consent",
      "i revoke consent",
      "i revoke my consent",
      "fuck off",
    ],
  ]),
  es: new Set([
    ...FIRST.es,
    ...["alto", "para", "parar", "baja", "dar de baja", "cancela", "cancelar", "detener", "no mas"],
    ...["no enviar", "equivocado", "equivocada", "baja stop", "stop baja"],
  ]),
};

/** Whether an answer that says nothing else ends texts. */
export const endsTextsAlone = (said: string, language: Language): boolean =>
  ALONE[language].has(said) || WHOLE[language].some((pattern) => pattern.test(said));

/** Of these alone it is clear without more that texts are meant; after a "no" or a "hello" it may be the visit, or a pain. */
const UNCLEAR: ReadonlySet<string> = new Set(["cancel", "end", "cancela", "cancelar", "para", "parar"]);

/** Whether what follows a greeting, or a question who writes, ends texts. */
export const endsTextsAfterOpening = (said: string, language: Language): boolean =>
  !UNCLEAR.has(said) && endsTextsAlone(said, language);

const oneOf = (...all: readonly string[]) => `(?:${all.join("|")})`;

/** What people say before what they want: they greet, thank, refuse, or ask who writes. */
const OPENING = oneOf(
  ...["hi", "hello", "hey", "hi there", "good (?:morning|afternoon|evening|day)", "dear (?:sir|madam)"],
  ...[
    "yes",
    "yeah",
    "yep",
    "no",
    "nope",
    "nah",
    "ok",
    "okay",
    "sorry",
    "im sorry",
    "i am sorry",
    "excuse me",
  ],
  ...["thanks", "thank you", "no thanks", "no thank you", "please", "help", "info", "sir", "maam"],
  ...["(?:who|what) (?:is|are) (?:this|these|it|you)", "(?:whos|whats) this", "who dis", "wtf", "lol"],
  ...["(?:im |i am )?not interested", "(?:i )?already did(?: this| that| it)?", "(?:this is )?spam"],
  ...["hola", "buen(?:o|a)s?(?: dias| tardes| noches)?", "si", "gracias", "no gracias", "por favor"],
  ...["quien (?:es|eres|habla|escribe)", "que es esto", "perdon", "disculpe", "disculpa", "lo siento"],
);
const OPENINGS = new RegExp(`^(?:${OPENING}(?: |$))*$`, "u");
const OPENED: Readonly<Record<Language, RegExp>> = {
  en: new RegExp(`^(?:${OPENING} )+`, "u"),
  // "No pare" asks to go on.
  es: new RegExp(`^(?:${OPENING} )+(?<!(?:^| )no )`, "u"),
};

/** Whether a part of an answer says nothing of what is wanted. */
export const isOpening = (said: string): boolean => OPENINGS.test(said);
/** What is said after such words. */
export const withoutOpening = (said: string, language: Language): string =>
  said.replace(OPENED[language], "");

/** Whether a sentence asks for no more texts, or says that its number is not the patient's. */
export function endsTexts(sentence: string, language: Language): boolean {
  return SENTENCES[language].some((pattern) => pattern.test(sentence));
}

const TEXTS = oneOf(
  ...[
    "texts?",
    "txts?",
    "(?:text )?(?:messages?|msgs?)",
    "texting",
    "sms",
    "notifications?",
    "alerts?",
    "reminders?",
  ],
  ...["communications?", "spam"],
);
const ME = oneOf("me", "us", "(?:this|my) (?:cell |phone )?(?:number|phone)", "my \\w+", "here");
/** What may follow, besides a new sentence that somebody began without a stop. */
const AFTER = oneOf(
  ...[
    "now",
    "right now",
    "immediately",
    "already",
    "any ?more",
    "ever",
    "ever again",
    "again",
    "at once",
    "asap",
  ],
  ...[
    "forever",
    "altogether",
    "completely",
    "period",
    "i",
    "im",
    "you",
    "youre",
    "u",
    "this is",
    "its",
    "it is",
  ],
  ...["wrong", "not", "thats", "(?:just |please )?call (?:me|us|her|him|them|instead)"],
);
const THEN = `(?: ${AFTER}(?: .*)?)?$`;
/** How a request may begin, or what may be said before it. No negation is among them. */
const ASKED = `^(?:${oneOf(
  ...[
    "hi",
    "hey",
    "hello",
    "yes",
    "yeah",
    "no",
    "sorry",
    "sir",
    "just",
    "so",
    "and",
    "but",
    "ok",
    "stop",
    "u",
  ],
  ...["(?:can|could|will|would) (?:you|u|yall)", "(?:how|where) (?:do|can) i", "i (?:want|need) (?:you )?to"],
  ...[
    "(?:i would|id) like (?:you )?to",
    "you (?:need|have) to",
    "you must",
    "i (?:said|asked you to|told you to)",
  ],
  ...["if you (?:dont|do not|wont)", "again", "i am asking you to", "kindly", "please"],
)} )*`;
const ANY = `(?:${oneOf("all", "any", "these", "those", "the", "your", "this", "more", "of", "such", "future", "further", "with", "automated", "text", "appointment", "stupid", "fucking", "damn")} )*`;
const SWORN = "(?:(?:fucking|freaking|fuckin|the fuck) )?";

/** Whom a text reached by mistake. It is not said of pills, or of another office's number. */
const WRONG = `(?:(?:wrong|incorrect) ${oneOf("(?:phone |cell )?(?:number|num|nbr)", "person", "guy", "lady", "man", "woman", "girl", "patient", "contact", "recipient")}|bad (?:phone |cell )?number(?! to\\b| for (?:me|us)\\b))(?! (?:of|s|portal|chart|name|for (?:my|the|our) (?:pharmacy|doctor|dr|insurance|clinic|office|provider|nurse|pcp)|on (?:my|file)|was|in)\\b)\\b`;
/** What may be said before a sentence by which somebody is not the patient. */
export const SORRY = `(?:${oneOf("hi", "hey", "hello", "no", "sorry", "im sorry", "i am sorry", "excuse me", "um", "oh", "ok", "but", "and", "i (?:think|believe|guess)", "stop", "because", "maybe", "please", "sir", "maam")} )*`;
const OTHER_THAN_NOT = "(?:(?!(?:not|isnt|dont|never|me|my|i|we|he|she)\\b)\\p{L}+ ){0,5}?";

export const PHONE = "(?:(?:phone |cell )?number|(?:cell )?phone|cell)";
const THEIRS = "(?:my|his|her|their|your patients|the (?:right|correct|patients)|\\p{L}+s)";

/** What may follow a request in Spanish. Whoever names a language or a day asks for other texts. */
const LUEGO =
  "(?!(?: de texto)?(?: en (?:ingles|espanol|otro idioma)| para (?:manana|hoy|el|la)| (?:manana|hoy))\\b)(?: .*)?$";

const PERDON = `(?:${oneOf("hola", "no", "perdon", "disculpe", "disculpa", "lo siento", "stop", "alto", "por favor", "ya")} )*`;
const MENSAJES = "(?:mensajes?|textos?|sms|recordatorios?|notificaciones|avisos)";
const QUIERO = oneOf(
  ...["quiero", "deseo", "quisiera", "necesito", "me gustaria", "solicito", "favor de", "como puedo"],
  ...["como hago para", "pueden?", "podrian?"],
);
const TELEFONO = "(?:numero|telefono|celular|movil|cel)";
/** Who may give up a number of their own, which is not the patient's. */
const FIRMA = "(?:clinica|consultorio|hospital|oficina|farmacia|doctora?|ustedes)";

const SENTENCES: Readonly<Record<Language, readonly RegExp[]>> = {
  en: [
    `${ASKED}(?:stop|quit|cease(?: and desist)?|discontinue) ${SWORN}(?:(?:sending|getting|receiving) )?(?:me |us )?${ANY}${oneOf(TEXTS, "links?")}(?: (?:to|from) ${oneOf(ME, "you", "your \\w+")})?${THEN}`,
    `${ASKED}(?:stop|quit|cease) ${SWORN}(?:texting|messaging|contacting|spamming|bothering|harassing|sms|sending me)(?: ${ME})?${THEN}`,
    `${ASKED}stop (?:calling )?this number${THEN}`,
    `${ASKED}(?:stop|quit) ${SWORN}sending (?:me |us )?(?:this|these|those|them|that|stuff|things)(?: to ${ME})?${THEN}`,
    // A link or an appointment is not what they want to end.
    `${ASKED}(?:cancel|end|turn off|disable) (?:me |us |my )?${ANY}${TEXTS}(?: (?:to|from) ${oneOf(ME, "you", "your \\w+")})?${THEN}`,
    `^${SORRY}(?:please )?(?:do not|dont|never|you should not|you shouldnt)(?: ever| you)? ${SWORN}(?:text|message|contact|sms|msg|bother (?:me|us)|harass (?:me|us))(?: ${oneOf(ME, "at this number", "on this number")})?${THEN}`,
    `^${SORRY}(?:do not|dont|never) call this number${THEN}`,
    `^${SORRY}(?:do not|dont|never|no longer)(?: ever)? send (?:me |us )?${ANY}(?:${TEXTS}|anything)(?: to ${ME})?${THEN}`,
    `^${SORRY}(?:i|we) (?:do not|dont|no longer) (?:want|need|wish|like)(?: to)?(?: (?:get|receive|have|be sent|getting|receiving))? ?${ANY}${TEXTS}(?: (?:to|from|on) (?!be |(?:my|his|her|the) (?:work|other|old|home|new) ).*)?${THEN}`,
    `^${SORRY}(?:i|we) (?:did not|didnt|never) (?:sign(?:ed)? up|ask(?:ed)?|subscribed?|agreed?|consent(?:ed)?|opt(?:ed)? in)(?: (?:for|to))? (?:get |receive )?${ANY}${TEXTS}${THEN}`,
    `^${SORRY}(?:i|we) (?:did not|didnt|never) (?:sign(?:ed)? up for|subscribed? to|opt(?:ed)? in(?:to| to)) (?:this|these|it)(?: stop)?$`,
    `^${SORRY}(?:do not|dont|never) (?:ever )?use this (?:cell |phone )?number(?: (?:now|any ?more|again|ever))*$`,
    `^no more ${ANY}${TEXTS}${THEN}`,
    `${ASKED}(?:(?:remove|delete|lose) (?:me|us|my (?:cell |phone )?number|this (?:phone )?number|my phone)|(?:take|get) (?:me|us|my (?:cell |phone )?number|this (?:phone )?number|my phone) (?:off|out))(?: (?:off|out|from)(?: of)?)?(?:(?: of| off)?(?: (?:(?:your|the|this|all|ur|any|text|texting|contact|mailing|call) )*(?:lists?|system|database|contacts|texts|messages|records))?)?${THEN}`,
    `${ASKED}(?:unsubscribe|opt out|optout|opt me out|unsubscribe me)(?: (?:me|(?:this|my) (?:cell |phone )?(?:number|phone)))?(?: (?:from|of|to) (?!(?:the |a |my )?(?:video|flu|shot|vaccine|program|study|trial|portal|test|visit|appointment|surgery|procedure)).*)?${THEN}`,
    `^${SORRY}(?:i|we)(?: have|ve| already| just)* (?:told|asked|begged|warned|keep (?:asking|telling)) (?:you|u|yall)(?: guys| people| all)?(?: already| before| twice)* to (?:stop|quit)(?: (?:this|now|already|before))*$`,
    `^${SORRY}(?:(?:can|could|will|would|wont) (?:you|u|yall)(?: guys| people)? (?:please |pls |just |kindly )+|(?:can|will|wont) (?:you|u|yall) |(?:you|u) (?:need|have) to |i (?:said|need you to|would like you to) )(?:stop|quit)$`,
    `^${SORRY}(?:how|where) (?:do|can|could) (?:i|we) (?:stop|end|quit|get off)(?: (?:getting|receiving))? (?:these|those)$`,
    `^${SORRY}(?:(?:make|have|get|want|need|id like) )?${ANY}${TEXTS} (?:(?:need|have|must|should|to) )*(?:stop|end)(?: (?:now|immediately|please))*$`,
    `^${SORRY}(?:i (?:have |ve )?changed my mind (?:and )?|ive changed my mind (?:and )?)?(?:i |we )?(?:do not|dont|no longer) (?:want|wish) to (?:get|receive|be sent) (?:these|those|any of these)${THEN}`,
    // A stop without a pause after it.
    "^stop (?:i (?:do not|dont) (?:want|know|need)|i am not|im not|you have|you got|this is(?: not|nt)|this isnt|its not|not me|who is this|whos this|wrong)\\b",
    `^${SORRY}(?:(?:this is|this|that is|thats|its|it is|you|youve|youre|u|ur|yall) ${OTHER_THAN_NOT})?(?:the |a |an )?${WRONG}`,
    `^${SORRY}(?:(?!i |we |you )\\p{L}+ ){1,2}(?:(?:must have|probably|has|have) )?(?:gave|given|give|put|wrote|left|used) (?:(?:you|u|yall|down|in) )*(?:the |a |an )${WRONG}`,
    `^${SORRY}(?:(?:this (?:is not|isnt|is no longer|aint)) ${THEIRS} (?:cell |phone )?(?:number|phone|cell)|(?:(?:that is|thats|its|it is) (?:not|no longer)|(?:that|it) isnt|not|no longer) ${THEIRS} (?:cell |phone )?number)\\b`,
    `^${SORRY}(?:you|u|yall) (?:dont|do not) have the (?:right|correct) (?:(?:phone |cell )?number|person)\\b`,
    `^${SORRY}(?!i\\b|im\\b|we\\b|my\\b)(?:\\p{L}+ ){1,3}(?:doesnt|does not|dont|do not|no longer) lives? here\\b`,
    `^${SORRY}(?:there is |theres )?no ?(?:one named |one called |body named |body called )?\\p{L}+(?: \\p{L}+)? (?:at|on|with|has) this number\\b`,
    `^${SORRY}this (?:phone |cell )?number (?:(?:no longer|does not|doesnt|doesn t) belongs?|belongs to (?!me\\b|my\\b)|is not for)`,
    `^${SORRY}this ${PHONE} (?:(?:no longer|does not|doesnt) belongs? to (?!(?:me|us|any\\p{L}+|nobody)$)\\p{L}+$|belongs to (?:someone|somebody|another)\\b|(?:(?:is )?(?:not|no longer)|isnt) (?:hers|his|theirs)\\b(?! but)|is (?:mine now|someone elses|somebody elses))`,
    `^${SORRY}(?!i\\b|im\\b|we\\b)(?:\\p{L}+ ){1,3}(?:(?:no longer|doesnt|does not|dont|do not) (?:has|have|had|use|uses|own|owns)|(?:is not|isnt|no longer) (?:at|on|using)|(?:is )?no longer (?:at|on|has|uses)) this (?:cell |phone )?(?:number|phone)\\b`,
    `^${SORRY}(?:i )?(?:just|recently) (?:got|received) this (?:new )?(?:cell |phone )?(?:number|phone)\\b`,
    `^${SORRY}(?:there is |theres )?(?:no ?(?:body|one)|no \\p{L}+)(?: here| at this number)? (?:by|with|of) that name\\b`,
    `^${SORRY}(?:i )?(?:dont|do not) know (?:this|that|the) (?:person|patient)\\b`,
    `^${SORRY}(?:the )?patient (?:(?:is )?deceased|(?:is )?dead|(?:has )?(?:died|passed away))\\b`,
  ].map((pattern) => new RegExp(pattern, "u")),
  es: [
    "^(?:ya |por favor |favor de |stop |alto )*no (?:me |nos |le |les )?(?:mand|envi|escrib|texte|contact|molest)\\p{L}+(?: (?:mas|ya|nunca|jamas|otra vez|nada|mensajes?|textos?|sms|recordatorios|estos|esos|este tipo de|a este (?:numero|telefono)|de texto|por favor|a mi (?:numero|telefono|celular)))*$",
    "^(?:ya |por favor |favor de |stop |alto |puede |pueden )*(?:deja|dejar|deje|dejen|dejes|para|paren?|parar) (?:ya )?de (?:escribir|enviar|mandar|molestar|textear|contactar|llamar a este)\\p{L}*(?: .*)?$",
    `^(?:ya |por favor |stop )*(?:paren?|parar|detener|detengan|cancel(?:ar|en|e)|basta de|no mas) (?:con )?(?:los |estos |esos |sus |todos los )?(?:mensajes|textos|sms|recordatorios)${LUEGO}`,
    `^(?:yo |ya |stop |alto )*no (?:quiero|deseo|necesito)(?: (?:recibir|que me manden|que me envien))?(?: mas)?(?: (?:estos|esos|sus))? (?:mensajes|textos|sms|recordatorios)${LUEGO}`,
    "^(?:ya |por favor )*(?:quit|sa[cq]u?|elimin|borr)\\p{L}*(?:me|nos| mi numero| este numero)(?: de (?:la|su|sus|esta|esa) listas?)?$",
    "^(?:hola |no |perdon |disculpe |disculpa |lo siento |creo que |me parece que |parece que |stop |alto |pero )*(?:(?:usted|ustedes|uds?|vds?) )?(?:(?:este|esto|ese|esta) es |es |tienen? |tienes |esta |estan |les? dieron |marc(?:o|aron) |llam(?:an?|aron|o) |escrib(?:en?|ieron|io) |mand(?:an?|aron|o) |se comunic\\p{L}+ )?(?:(?:llamando|escribiendo|mandando|con|mensajes?|textos?|el mensaje) )*(?:un |una |el |la |al |a la |a |con )*(?:numero|telefono|celular|persona|contacto) (?:equivocad[oa]|incorrect[oa]|errone[oa])(?! de (?:mi|mis|seguro|la|pastillas))\\b",
    `^${PERDON}(?:creo que )?(?:(?:usted|ustedes|uds?) )?(?:tienen?|tienes) (?:(?:el |un )?numero mal|mal (?:el )?numero)$`,
    `^${PERDON}(?:${QUIERO} )?(?:dar(?:me|nos)|(?:me|nos) (?:quiero|quisiera|puedo|puede|pueden) dar|(?:que )?(?:me|nos) den?|denme|deme) de baja(?: (?:ya|ahora|inmediatamente|de (?:(?:estos|esos|los|sus|todos los) ${MENSAJES}|(?:la|su|esta) lista)))*$`,
    `^${PERDON}${QUIERO} (?:cancelar|parar|detener|terminar|suspender|dejar de recibir) (?:(?:los|estos|esos|sus|todos|mas) )*${MENSAJES}${LUEGO}`,
    `^${PERDON}(?:les?|te) (?:(?:he|habia) )?(?:dije|pedi|dicho|pedido) que (?:ya )?(?:paren?|pararan?|se detengan|dejen de .*|no me (?:escrib|mand|envi|molest|texte)\\p{L}*(?: mas)?)$`,
    "^(?:hola |no |perdon |disculpe |lo siento |creo que |stop |alto )*(?:se |te |esta |estan |ha |han |usted |ustedes )*equivoc\\p{L}+ de (?:numero|persona|telefono|celular)\\b",
    "^(?:hola |no |perdon |disculpe |lo siento |stop |alto )*(?:este |ese |esto )?(?:ya )?no es (?:mi|su|el|el de) (?:numero|telefono|celular)\\b(?! de (?:mi )?(?:seguro|farmacia|doctor))",
    "^(?:hola |perdon |stop |alto )*este (?:numero|telefono) (?:ya )?(?:no (?:es de|le? pertenece|es suyo)|(?:es|pertenece) (?:de|a) otr[ao])\\b",
    `(?:^| )(?<!${FIRMA} )(?:no tiene este (?:numero|telefono)|ya no (?:tiene|usa|utiliza) (?:mas )?este ${TELEFONO})\\b`,
    `^${PERDON}este (?:celular|movil|cel) (?:ya no es de \\p{L}+|(?:es|pertenece) (?:de|a) otr[ao]\\b)`,
    `^${PERDON}no (?:usen?|utilicen?|llamen?) (?:mas |nunca )*(?:a )?este (?:numero|telefono)(?: (?:mas|nunca|ya))*$`,
    `^${PERDON}(?:yo )?acabo de (?:recibir|adquirir|obtener) este numero\\b`,
    `^${PERDON}(?:yo )?no (?:conozco a|hay) (?:nadie|ningun\\p{L}*(?: persona)?) (?:(?:llamad[oa]|que se llame) \\p{L}+|(?:con|por|de) ese nombre)(?!.* en (?:la|el|su) (?:sala|clinica|consultorio|hospital|reunion|llamada|video))`,
    "^(?:hola |no |perdon |stop |alto )*(?:aqui no vive|(?:(?!(?:yo|mi|nuestr[oa])\\b)\\p{L}+ ){0,3}no vive (?:mas )?aqui|aqui no hay (?:nadie|ningun))",
    "^(?:hola |no |perdon |stop |alto )*(?:yo )?no conozco a (?:esa|esta|ese|la) (?:persona|paciente)\\b",
  ].map((pattern) => new RegExp(pattern, "u")),
};

/**
 * What ends texts as a whole answer only. Our own closing words are among these, so that a text that is sent back whole, as a
 * phone does where somebody likes it, is none.
 */
const WHOLE: Readonly<Record<Language, readonly RegExp[]>> = {
  en: [
    // With the number that is to be left out.
    "^(?:stop|unsubscribe|remove|opt out|optout) (?:\\d ?){7,}$",
    // Spelled out, or with a letter too many.
    "^s ?t+ ?o+ ?p+$",
    `^(?:(?:text|txt|reply|replying|respond|send|type|say|with|the word) )*stop (?:(?:to|2|and) (?:end|stop|quit|cancel|unsubscribe|opt out|optout|leave|turn off)|ends?)(?: ${ANY}(?:${TEXTS}|it|this|these|them|all))?$`,
    "^stop ?(?:txts?|texts?|texting|msgs?|messages?|sms|2 ?(?:end|stop|quit|cancel))$",
    `^(?:stop it|(?:stop|quit|end) (?:sending )?(?:me |us )?(?:this|these|those|them|that|stuff))(?: (?:now|already|immediately|any ?more))?$`,
    `^(?:i |we |im |i am |i want to |id like to |to )*(?:unsubscribed?|unsubscribing|opt(?:ed|ing)? out|optout)(?: (?:now|all|from (?:this|these|all|texts)))?$`,
  ].map((pattern) => new RegExp(pattern, "u")),
  es: [
    "^(?:(?:texto|mensaje|envi[aeo]|enviar|mand[ae]|responda|responde|responder|escriba|escribe|conteste|con|la palabra) )+stop$",
    "^(?:(?:texto|envi[aeo]|enviar|mand[ae]|responda|responde|responder|escriba|escribe|conteste|con|la palabra|baja) )*stop para (?:terminar|cancelar|dar(?:me|se) de baja|la baja|baja|parar|salir|detener|no recibir mas|dejar de recibir)(?: (?:los |estos |mas )?(?:mensajes|textos|sms))?$",
    "^(?:(?:hola|no|perdon|disculpe|disculpa|lo siento|creo que|stop|alto) )*(?:(?:usted|ustedes|uds?) )?(?:(?:esta|estan|estas) (?:usted |ustedes )?equivocad[oa]s?|se (?:ha |han )?equivoc(?:o|aron|ado)|te equivocaste)(?: (?:usted|ustedes))?$",
  ].map((pattern) => new RegExp(pattern, "u")),
};
