/** The Spanish words of patients' pages. They say the same as english.ts, in the polite form. */
import type { Platform } from "../../web/supportedBrowser.ts";
import type { PatientWords } from "./words.ts";

const SETTLE = "Busque un lugar tranquilo, con buena luz y buen internet. No entre mientras conduce.";
const TAP_JOIN =
  "Toque «Entrar a la consulta». Microsoft Teams se abre en su navegador. No necesita una aplicación ni una cuenta.";
const ALLOW = "Cuando se lo pidan, permita usar la cámara y el micrófono. ";
const NAME = ALLOW + "Escriba su nombre y apellido, para que sepamos a quién dar acceso.";
const WAIT = "Quédese en la sala de espera. Le daremos acceso cuando estemos listos. Deje la página abierta.";

const ALLOW_ON: Readonly<Record<Platform, string>> = {
  Android:
    "Toque el ícono a la izquierda de la dirección, luego Permisos, y permita la cámara y el micrófono. Si no aparecen: Ajustes, Aplicaciones, su navegador, Permisos.",
  iOS: "Toque el botón junto a la dirección, luego Configuración del sitio web, y elija Permitir para la cámara y el micrófono. Si no basta: Configuración, Apps, su navegador.",
  macOS:
    "Haga clic en el ícono junto a la dirección y permita la cámara y el micrófono. Si no basta: Configuración del Sistema, Privacidad y seguridad.",
  Windows:
    "Haga clic en el ícono a la izquierda de la dirección y permita la cámara y el micrófono. Si no basta: Configuración de Windows, Privacidad y seguridad, Cámara y Micrófono.",
  Linux: "Haga clic en el ícono a la izquierda de la dirección y permita la cámara y el micrófono.",
};

export const spanish: PatientWords = {
  title: {
    patient: "Su consulta por video",
    interpreter: "Consulta por video: intérprete",
    relative: "Consulta por video: familiar o cuidador",
    guest: "Consulta por video: invitado",
  },
  when: "Cuándo",
  takes: (minutes) => (minutes < 60 ? "unos " : "aproximadamente ") + duration(minutes),
  where: "Dónde",
  byVideo: (department) => "Por video, con " + department,
  calledYou: "Si le llamamos para darle otra hora, vale esa hora.",
  moved: {
    title: "La hora cambió",
    text: (before) => "Antes era: " + before.replace(/\.$/, "") + ". Su enlace es el mismo.",
  },
  late: {
    title: "Vamos con retraso",
    text: (clock, opens) =>
      "El equipo médico lo avisó a " +
      (/^1\D/.test(clock) ? "la " : "las ") +
      clock.replace(/\.$/, "") +
      ". Su consulta sigue en pie. " +
      { now: "Entre y espere", later: "Cuando ya se pueda entrar, entre y espere" }[opens] +
      ", o vuelva a mirar esta página en unos minutos.",
  },
  waited: (minutes) =>
    minutes === 0
      ? "Hoy casi todos esperaron solo unos minutos hasta poder entrar."
      : "Hoy se esperó unos " +
        String(minutes) +
        " minutos hasta poder entrar. Su espera puede ser distinta.",
  join: "Entrar a la consulta",
  open: "Abrir su consulta",
  early: {
    from: ({ near, weekday, day, clock }) =>
      "Puede entrar " +
      { today: "hoy", tomorrow: "mañana, " + weekday + ",", later: "el " + day + "," }[near] +
      " a partir de " +
      (/^1\D/.test(clock) ? "la " : "las ") +
      clock.replace(/\.$/, "") +
      ".",
    comeAgain: "Puede cerrar esta página. A esa hora, toque de nuevo el enlace de su mensaje.",
    minutes: "Se abre en # minutos.",
    minute: "Se abre en 1 minuto.",
    stay: "Deje esta página abierta. El botón para entrar aparecerá aquí.",
    withoutScript: "A esa hora, abra esta página de nuevo para entrar.",
    now: "Ya puede entrar.",
  },
  calendar: "Agregar al calendario",
  calendarEntry: {
    title: (name) => "Consulta por video · " + name,
    forTests: "PRUEBA – ",
    text: (phone) =>
      "Abra el enlace para entrar. Funciona desde poco antes de la hora. ¿Preguntas? Llame al " + phone + ".",
  },
  expect: {
    title: "Qué va a pasar",
    intro: {
      patient: "Hable con su equipo médico desde su casa. Necesita un teléfono o una computadora con cámara.",
      interpreter: "Usted participa en esta consulta por video como intérprete.",
      relative: "Usted participa en esta consulta por video como familiar o cuidador.",
      guest: "Usted recibió una invitación a esta consulta por video.",
    },
    steps: {
      patient: [SETTLE, "Tenga a la mano sus medicinas y su identificación.", TAP_JOIN, NAME, WAIT],
      interpreter: [SETTLE, TAP_JOIN, ALLOW + "Escriba su nombre y la palabra «intérprete».", WAIT],
      relative: [SETTLE, TAP_JOIN, NAME, WAIT],
      guest: [SETTLE, TAP_JOIN, NAME, WAIT],
    },
    employees:
      "¿Trabaja con nosotros? Entre sin iniciar sesión en Teams. Si tiene la sesión iniciada, no pasa por la sala de espera y es posible que no veamos que ya llegó.",
  },
  check: {
    title: "Pruebe la cámara, el micrófono y el sonido",
    intro: "Compruebe antes de la consulta que todo funciona. No se graba ni se envía nada.",
    withoutScript: "Teams le ayudará a probarlos cuando entre.",
    start: "Empezar la prueba",
    stop: "Terminar la prueba",
    sound: "Reproducir un sonido",
    preview: "Imagen de su cámara",
    camera: "Cámara",
    microphone: "Micrófono",
    level: "Diga algo. Si la barra se mueve, se le escucha bien.",
    messages: {
      starting: "Su navegador puede pedir permiso para usar la cámara y el micrófono. Elija Permitir.",
      working: "Su cámara funciona. Ahora diga algo para probar el micrófono.",
      ready: "La cámara y el micrófono funcionan. Todo está listo.",
      readyToTalk: "Su micrófono funciona. Puede entrar y hablar, pero no le veremos.",
      playing: "¿Escuchó tres tonos? Si no, suba el volumen o desconecte los audífonos.",
      stopped: "La prueba terminó.",
      noCamera: "No encontramos una cámara. Diga algo para probar el micrófono.",
      noMicrophone: ({ phone }) =>
        "Su cámara funciona, pero no encontramos un micrófono. Conecte uno, abra su enlace en un teléfono o llámenos al " +
        phone +
        ".",
      denied: ({ platform }) =>
        "Su navegador no tiene permiso para usar la cámara o el micrófono. " +
        ALLOW_ON[platform ?? "Linux"] +
        " Después empiece la prueba de nuevo.",
      noneFound: ({ phone }) =>
        "No encontramos una cámara ni un micrófono en este dispositivo. Conéctelos, abra su enlace en un teléfono o llámenos al " +
        phone +
        ".",
      inUse:
        "Otra aplicación está usando la cámara o el micrófono. Cierre las otras aplicaciones de video y empiece la prueba de nuevo.",
      insecure: "Este navegador no puede probar la cámara aquí. Abra su enlace en Chrome, Edge o Safari.",
      unknown: "La prueba no funcionó. Aun así puede entrar; Teams le ayudará.",
    },
  },
  help: {
    title: "¿Necesita ayuda?",
    text: "Si algo no funciona o no puede asistir, por favor llámenos.",
  },
  call: (name) => "Llamar a " + name,
  emergency: "En una emergencia, llame al 911 o al número de emergencias de su localidad.",
  obstacles: {
    unknown: {
      title: "No encontramos esta consulta",
      text: [
        "Es posible que el enlace esté incompleto. Vuelva a su mensaje y toque el enlace completo.",
        "Si todavía no funciona, por favor llámenos.",
      ],
    },
    over: {
      title: "Esta consulta ya terminó",
      text: [
        "El enlace ya no es válido.",
        "Si no pudo asistir o todavía necesita ayuda, por favor llámenos.",
      ],
    },
    cancelled: {
      title: "Esta consulta se canceló",
      text: ["No necesita entrar.", "Si tiene preguntas o necesita otra hora, por favor llámenos."],
    },
    doubted: {
      title: "Por favor, llámenos por esta consulta",
      text: [
        "Su enlace no abre la consulta en este momento, porque primero tenemos que comprobar algo.",
        "Por favor, llámenos. Le diremos qué hacer.",
      ],
    },
    revoked: {
      title: "Este enlace ya no es válido",
      text: [
        "Si tiene un mensaje más nuevo de nosotros, use el enlace de ese mensaje.",
        "Si no, por favor llámenos.",
      ],
    },
    deleted: {
      title: "Esta consulta ya no es por video",
      text: [
        "La quitamos de nuestras consultas por video, y el enlace ya no es válido.",
        "Si tiene preguntas o todavía necesita una consulta, por favor llámenos.",
      ],
    },
    notOpened: {
      title: "Su consulta no se abrió",
      text: [
        "Su enlace está bien. Toque abajo para abrir su consulta.",
        "Si no se abre, por favor llámenos.",
      ],
    },
    trouble: {
      title: "No podemos abrir su consulta en este momento",
      text: [
        "El problema es nuestro. Por favor, intente de nuevo en un minuto.",
        "Si su consulta está por empezar, llámenos.",
      ],
    },
  },
  browser: {
    title: (browsers) => "Por favor, abra su consulta en " + browsers,
    text: "Las consultas por video no funcionan bien en este navegador.",
    inApp: "Esta página se abrió dentro de otra aplicación, donde la cámara puede no funcionar.",
    copyLink: "Copie su enlace.",
    steps: (browsers) => ["Abra " + browsers + ".", "Pegue el enlace arriba y ábralo."],
    copy: "Copiar el enlace",
    copied: "El enlace se copió.",
    notCopied: "No se pudo copiar. El enlace está seleccionado: manténgalo presionado y elija Copiar.",
    anyway: "Continuar de todos modos",
    anywayNote: "Puede que no funcione: tal vez no haya imagen o sonido.",
    notice: {
      title: "Use otro navegador para su consulta",
      text: (browsers) => "Este navegador puede no funcionar. Abra esta página en " + browsers + ".",
    },
  },
  onPaper: { link: "Su enlace", phone: "Teléfono" },
  privacy: "Esta página no usa cookies y no muestra información de salud.",
};

function duration(minutes: number): string {
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  const parts = [
    hours > 0 && (hours === 1 ? "1 hora" : String(hours) + " horas"),
    rest > 0 && (rest === 1 ? "1 minuto" : String(rest) + " minutos"),
  ];
  return parts.filter((part) => part !== false).join(" y ");
}
