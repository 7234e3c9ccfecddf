/** Forms of a date beside ISO 8601, as the database names them: April 20, 2016 · Apr 20, 2016 · 04 20, 2016 · 20 April 2016 · 20 Apr 2016. */
const FORMS = ["%B %d, %Y", "%b %d, %Y", "%m %d, %Y", "%d %B %Y", "%d %b %Y"];

/** The same forms, and ISO 8601 with or without a time of day and a zone; the first group is the date, the second its day. */
const SHAPES = [
  /^(\d{4}[-/]\d{1,2}[-/](\d{1,2}))([ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)? ?(Z|UTC|[+-]\d{2}(:?\d{2})?)?)?$/,
  /^([A-Z][a-z]+ (\d{1,2}), \d{4})$/,
  /^(\d{1,2} (\d{1,2}), \d{4})$/,
  /^((\d{1,2}) [A-Z][a-z]+ \d{4})$/,
];

/** A moment in SQL, as milliseconds since 1970; NULL for what is no date. Without a zone, it is UTC. */
export function dateSql(column: string): string {
  const forms = FORMS.map((form) => `'${form}'`).join(", ");
  return `coalesce(epoch_ms(try_cast(${column} AS TIMESTAMPTZ)), epoch_ms(try_strptime(${column}, [${forms}])))`;
}

/** The same for one text, in milliseconds since 1970; undefined for what is no date. A month before a day, 04/20/2016, is not guessed. */
export function dateOf(text: string): number | undefined {
  const date = text.trim();
  const [, days, day] = SHAPES.map((shape) => shape.exec(date)).find((found) => found !== null) ?? [];
  // February 30 would be read as March 1.
  if (days === undefined || new Date(`${days} UTC`).getUTCDate() !== Number(day)) return undefined;
  const zoned = /:\d.*(Z|UTC|[+-]\d{2}(:?\d{2})?)$/.test(date);
  // A zone of whole hours needs its minutes to be read.
  const moment = Date.parse(zoned ? date.replace(/([+-]\d{2})$/, "$1:00") : `${date} UTC`);
  return Number.isNaN(moment) ? undefined : moment;
}
