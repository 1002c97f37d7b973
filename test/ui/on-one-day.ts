/** What the console shows of a day that comes nearer changes from one day to the next: where pictures are compared, the clock of the program stands. */
const AT = Date.parse('2026-11-28T12:00:00Z');
Date.now = () => AT;
