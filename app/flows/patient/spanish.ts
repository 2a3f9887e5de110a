import type { PatientWords } from "./words.ts";

export const spanish: PatientWords = {
  title: "Su consulta por video",
  intro: {
    patient: "Hable con su equipo médico desde su casa. Necesita un teléfono o una computadora con cámara.",
    interpreter: "Usted va a participar en esta consulta por video como intérprete.",
    relative: "Usted va a participar en esta consulta por video como familiar o cuidador.",
    guest: "Usted recibió una invitación para participar en esta consulta por video.",
  },
  when: "Cuándo",
  where: "Dónde",
  byVideo: (department) => "Por video, con " + department,
  phone: "Teléfono",
  moved: {
    title: "La hora cambió",
    text: (before) =>
      "Esta consulta estaba programada para: " +
      before +
      ". La hora correcta es la de abajo. Su enlace es el mismo.",
  },
  join: "Entrar a la consulta",
  open: "Abrir su consulta",
  joinFrom: (time) => "Puede entrar a partir de esta hora: " + time + ".",
  joinAppears: "Deje esta página abierta. El botón para entrar aparecerá aquí.",
  joinWithoutScript: "A esa hora, abra esta página de nuevo para entrar.",
  calendar: "Agregar al calendario",
  calendarEntry: {
    title: (name) => "Consulta por video · " + name,
    text: (phone) =>
      "Abra el enlace para entrar. Funciona desde poco antes de la hora. ¿Preguntas? Llame al " + phone + ".",
  },
  expect: {
    title: "Qué va a pasar",
    steps: [
      "Busque un lugar tranquilo, con buena luz y buen internet.",
      "Toque el botón para entrar. Microsoft Teams se abre en su navegador. No necesita una aplicación ni una cuenta.",
      "Cuando se lo pidan, permita usar la cámara y el micrófono, y escriba el nombre con el que quiere que lo veamos.",
      "Espere en la sala de espera. Le abriremos cuando estemos listos. Deje la página abierta, por favor.",
    ],
  },
  check: {
    title: "Pruebe su cámara y su micrófono",
    intro: "Vea y oiga si todo funciona antes de la consulta. No se graba ni se envía nada.",
    withoutScript: "Teams le ayudará a probarlos cuando entre.",
    start: "Empezar la prueba",
    stop: "Terminar la prueba",
    preview: "Imagen de su cámara",
    camera: "Cámara",
    microphone: "Micrófono",
    level: "Diga algo. La barra se mueve cuando podemos oírle.",
    messages: {
      starting:
        "Su navegador puede pedir permiso para usar la cámara y el micrófono. Elija Permitir, por favor.",
      working: "Su cámara funciona. Ahora diga algo para probar el micrófono.",
      heard: "Su micrófono funciona. Podemos oírle.",
      stopped: "La prueba terminó.",
      noCamera: "No encontramos una cámara. Aun así, puede entrar y hablar.",
      noMicrophone: "No encontramos un micrófono. Conecte uno o entre desde un teléfono.",
      denied:
        "Su navegador no tiene permiso para usar la cámara o el micrófono. Toque el ícono junto a la dirección, arriba, elija Permitir y empiece la prueba de nuevo.",
      noneFound:
        "No encontramos una cámara ni un micrófono en este equipo. Pruebe con un teléfono o conéctelos.",
      inUse:
        "Otra aplicación está usando la cámara o el micrófono. Cierre las otras aplicaciones de video y empiece la prueba de nuevo.",
      insecure: "Este navegador no puede probar la cámara aquí. Abra su enlace en Chrome, Edge o Safari.",
      unknown: "La prueba no funcionó. Aun así, puede entrar; Teams le ayudará.",
    },
  },
  help: { title: "¿Necesita ayuda?", text: "Si algo no funciona o no puede asistir, llámenos, por favor." },
  call: (name) => "Llamar a " + name,
  emergency: "En una emergencia, llame al 911 o al número de emergencias de su localidad.",
  obstacles: {
    unknown: {
      title: "No encontramos esta consulta",
      text: [
        "Es posible que el enlace esté incompleto. Vuelva a su mensaje y toque el enlace completo.",
        "Si todavía no funciona, llámenos, por favor.",
      ],
    },
    over: {
      title: "Esta consulta ya terminó",
      text: [
        "El enlace ya no funciona.",
        "Si no pudo asistir o todavía necesita ayuda, llámenos, por favor.",
      ],
    },
    cancelled: {
      title: "Esta consulta se canceló",
      text: ["No necesita entrar.", "Si tiene preguntas o necesita otra hora, llámenos, por favor."],
    },
    revoked: {
      title: "Este enlace fue reemplazado",
      text: [
        "Le enviamos un mensaje más nuevo. El mensaje más nuevo tiene el enlace correcto.",
        "Si no lo encuentra, llámenos, por favor.",
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
        "El problema es nuestro. Intente de nuevo en un minuto, por favor.",
        "Si su consulta está por empezar, llámenos, por favor.",
      ],
    },
  },
  browser: {
    title: (browsers) => "Abra su consulta en " + browsers + ", por favor",
    text: "Las consultas por video no funcionan bien en este navegador.",
    inApp: "Esta página se abrió dentro de otra aplicación, donde la cámara puede no funcionar.",
    steps: (browsers) => ["Copie su enlace.", "Abra " + browsers + ".", "Pegue el enlace arriba y ábralo."],
    link: "Su enlace",
    copy: "Copiar el enlace",
    copied: "El enlace se copió.",
    anyway: "Continuar de todos modos",
    anywayNote: "Puede intentarlo, pero es posible que no haya imagen o sonido.",
    notice: {
      title: "Use otro navegador para su consulta",
      text: (browsers) => "Este navegador puede no funcionar. Abra esta página en " + browsers + ".",
    },
  },
  privacy: "Esta página no usa cookies y no muestra información de salud.",
};
