// SPDX-License-Identifier: GPL-3.0-or-later
// What is said where somebody signs in, in the languages that the staff's browsers ask for. The work itself is
// in Catalan, as the office's is.

const WORDS = {
  ca: {
    title: "Entreu per atendre",
    id: "Identificador",
    password: "Contrasenya",
    seen: "Mostra la contrasenya",
    enter: "Entra",
    entering: "Entrant…",
    ended: "La sessió s’ha acabat",
    again: "Torneu a entrar per continuar. El que s’hagi premut mentrestant no s’ha fet ni es farà.",
    wrong: "L’identificador o la contrasenya no són correctes. Mireu-los bé i torneu-ho a provar.",
    locked: (minutes) => `Massa intents seguits. Espereu ${minutes === 1 ? "1 minut" : `${minutes} minuts`} i torneu-ho a provar.`,
    unlocked: "Ja ho podeu tornar a provar.",
    busy: "Ara entra molta gent alhora. Torneu-ho a provar d’aquí a un moment.",
    unkept: "El servidor de torns no pot desar qui entra. Aviseu qui el manté.",
    away: "Sense resposta del servidor de torns. Torneu-ho a provar.",
    other: (code) => `El servidor de torns no ho ha acceptat (${code}). Torneu-ho a provar i, si continua, aviseu qui el manté.`,
  },
  es: {
    title: "Entre para atender",
    id: "Identificador",
    password: "Contraseña",
    seen: "Mostrar la contraseña",
    enter: "Entrar",
    entering: "Entrando…",
    ended: "La sesión ha terminado",
    again: "Vuelva a entrar para continuar. Lo que se haya pulsado mientras tanto no se ha hecho ni se hará.",
    wrong: "El identificador o la contraseña no son correctos. Compruébelos y vuelva a intentarlo.",
    locked: (minutes) => `Demasiados intentos seguidos. Espere ${minutes === 1 ? "1 minuto" : `${minutes} minutos`} y vuelva a intentarlo.`,
    unlocked: "Ya puede volver a intentarlo.",
    busy: "Ahora entra mucha gente a la vez. Vuelva a intentarlo dentro de un momento.",
    unkept: "El servidor de turnos no puede guardar quién entra. Avise a quien lo mantiene.",
    away: "Sin respuesta del servidor de turnos. Vuelva a intentarlo.",
    other: (code) => `El servidor de turnos no lo ha aceptado (${code}). Vuelva a intentarlo y, si continúa, avise a quien lo mantiene.`,
  },
  en: {
    title: "Sign in to serve",
    id: "Identifier",
    password: "Password",
    seen: "Show the password",
    enter: "Sign in",
    entering: "Signing in…",
    ended: "Your session has ended",
    again: "Sign in again to go on. Whatever was pressed meanwhile has not been done, and will not be.",
    wrong: "The identifier or the password is not right. Check them and try again.",
    locked: (minutes) => `Too many attempts in a row. Wait ${minutes === 1 ? "1 minute" : `${minutes} minutes`} and try again.`,
    unlocked: "You can try again now.",
    busy: "Many people are signing in at this moment. Try again shortly.",
    unkept: "The queue server can’t keep who signs in. Tell whoever looks after it.",
    away: "No answer from the queue server. Try again.",
    other: (code) => `The queue server did not accept it (${code}). Try again and, if it goes on, tell whoever looks after it.`,
  },
};

/** The language in which somebody is asked: the first of the browser's that there is, or Catalan. */
export function languageAsked() {
  return navigator.languages.map((one) => one.slice(0, 2)).find((one) => WORDS[one]) ?? "ca";
}

/** What is said in this language. */
export function words(language) {
  return WORDS[language];
}

/** Why nobody got in, by the hub's code; a code of null: no answer came. */
export function whyNotIn(said, code) {
  switch (code) {
    case null: return said.away;
    case "unauthenticated": return said.wrong;
    case "busy": return said.busy;
    case "store-failed": return said.unkept;
    default: return said.other(code);
  }
}
