// SPDX-License-Identifier: GPL-3.0-or-later
// What the board says, in each language of an office; a language without a table speaks Catalan.

const WORDS = {
  ca: {
    title: "Pantalla de la sala",
    calling: "Ara cridem",
    recalling: "Tornem a cridar",
    next: "Tot seguit",
    desk: "Taula",
    nobody: "Ara no cridem ningú",
    nobodyWhat: "Quan us toqui, veureu aquí el número i la taula.",
    last: "Cridats fa poc",
    lastBefore: (hour) => `Cridats abans de ${hour}`,
    lost: (hour) => `Sense connexió des de ${hour}`,
    lostWhat: "Us cridem de viva veu. Estigueu atents a les taules.",
    stillValid: "El vostre número continua sent vàlid.",
    closed: "Ara és tancat",
    opens: "Obrim",
    ticketsServed: "Si teniu tiquet, us atenem.",
    closedButServing: "Ara és tancat. Si teniu tiquet, us atenem.",
    unreached: "Sense connexió",
    waiting: "Persones que esperen",
    comma: ", ",
    and: () => "i ",
    onlyBooked: (services) => `${services}: només amb cita prèvia.`,
    sound: "Toqueu per activar el so",
    theHour: (hour, isOne) => `${isOne ? "la" : "les"} ${hour}`,
  },
  es: {
    title: "Pantalla de la sala",
    calling: "Llamamos ahora a",
    recalling: "Llamamos otra vez",
    next: "A continuación",
    desk: "Mesa",
    nobody: "Ahora no llamamos a nadie",
    nobodyWhat: "Cuando le toque, verá aquí su número y la mesa.",
    last: "Llamados hace poco",
    lastBefore: (hour) => `Llamados antes de ${hour}`,
    lost: (hour) => `Sin conexión desde ${hour}`,
    lostWhat: "Le llamamos de viva voz. Esté atento a las mesas.",
    stillValid: "Su número sigue siendo válido.",
    closed: "Ahora está cerrado",
    opens: "Abrimos",
    ticketsServed: "Si tiene tique, le atendemos.",
    closedButServing: "Ahora está cerrado. Si tiene tique, le atendemos.",
    unreached: "Sin conexión",
    waiting: "Personas que esperan",
    comma: ", ",
    and: (next) => (/^h?[ií](?!e)/i.test(next) ? "e " : "y "),
    onlyBooked: (services) => `${services}: solo con cita previa.`,
    sound: "Toque para activar el sonido",
    theHour: (hour, isOne) => `${isOne ? "la" : "las"} ${hour}`,
  },
  en: {
    title: "Lobby screen",
    calling: "Now calling",
    recalling: "Calling again",
    next: "Next",
    desk: "Desk",
    nobody: "Nobody is being called now",
    nobodyWhat: "When it is your turn, your number and your desk appear here.",
    last: "Called recently",
    lastBefore: (hour) => `Called before ${hour}`,
    lost: (hour) => `No connection since ${hour}`,
    lostWhat: "We call you by voice. Keep an eye on the desks.",
    stillValid: "Your number stays valid.",
    closed: "Closed now",
    opens: "We open",
    ticketsServed: "If you have a ticket, we will serve you.",
    closedButServing: "Closed now. If you have a ticket, we will serve you.",
    unreached: "No connection",
    waiting: "People waiting",
    comma: ", ",
    and: () => "and ",
    onlyBooked: (services) => `${services}: only by appointment.`,
    sound: "Touch to turn the sound on",
    theHour: (hour) => hour,
  },
  fr: {
    title: "Écran de la salle",
    calling: "Nous appelons",
    recalling: "Nouvel appel",
    next: "Ensuite",
    desk: "Bureau",
    nobody: "Nous n’appelons personne pour le moment",
    nobodyWhat: "Quand ce sera votre tour, votre numéro et le bureau s’afficheront ici.",
    last: "Appelés récemment",
    lastBefore: (hour) => `Appelés avant ${hour}`,
    lost: (hour) => `Pas de connexion depuis ${hour}`,
    lostWhat: "Nous vous appelons de vive voix. Soyez attentifs aux bureaux.",
    stillValid: "Votre numéro reste valable.",
    closed: "Fermé en ce moment",
    opens: "Nous ouvrons",
    ticketsServed: "Si vous avez un ticket, nous vous recevons.",
    closedButServing: "Fermé en ce moment. Si vous avez un ticket, nous vous recevons.",
    unreached: "Pas de connexion",
    waiting: "Personnes en attente",
    comma: ", ",
    and: () => "et ",
    onlyBooked: (services) => `${services} : uniquement sur rendez-vous.`,
    sound: "Touchez pour activer le son",
    theHour: (hour) => hour,
  },
  ar: {
    title: "شاشة القاعة",
    calling: "ننادي الآن",
    recalling: "ننادي مرة أخرى",
    next: "التالي",
    desk: "المكتب",
    nobody: "لا ننادي أحدا الآن",
    nobodyWhat: "عندما يحين دوركم يظهر هنا رقمكم والمكتب.",
    last: "نودي عليهم مؤخرا",
    lastBefore: (hour) => `نودي عليهم قبل ${hour}`,
    lost: (hour) => `لا اتصال منذ ${hour}`,
    lostWhat: "نناديكم بصوت عال. انتبهوا إلى المكاتب.",
    stillValid: "رقمكم يبقى صالحا.",
    closed: "المكتب مغلق الآن",
    opens: "نفتح",
    ticketsServed: "إذا كانت معكم تذكرة، سنستقبلكم.",
    closedButServing: "المكتب مغلق الآن. إذا كانت معكم تذكرة، سنستقبلكم.",
    unreached: "لا اتصال",
    waiting: "أشخاص ينتظرون",
    comma: "، ",
    and: () => "و",
    onlyBooked: (services) => `${services}: بموعد مسبق فقط.`,
    sound: "المسوا الشاشة لتشغيل الصوت",
    theHour: (hour) => `الساعة ${hour}`,
  },
};

/** The texts of the board in this language. */
export function boardWords(language) {
  return WORDS[language] ?? WORDS.ca;
}

const keepsItsSpelling = (name) => /^\S\S*?\p{Lu}/u.test(name);

/**
 * Names as they begin a sentence: "Cadastre, plusvàlues i idCAT". Those with a spelling of their own
 * stand last, so that a capital comes first where any name allows it.
 */
export function inASentence(names, language) {
  const { comma, and } = boardWords(language);
  const ordered = [...names.filter((one) => !keepsItsSpelling(one)), ...names.filter(keepsItsSpelling)];
  const written = ordered.map((name, i) => {
    if (keepsItsSpelling(name)) return name;
    const [first, ...rest] = name;
    return (i === 0 ? first.toLocaleUpperCase(language) : first.toLocaleLowerCase(language)) + rest.join("");
  });
  const last = written.pop();
  return written.length > 0 ? `${written.join(comma)} ${and(last)}${last}` : last;
}
