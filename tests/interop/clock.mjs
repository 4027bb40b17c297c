// The packages read the clock themselves, and a test says what it shows.
export function freezeClock(seconds) {
  const RealDate = Date;
  globalThis.Date = class extends RealDate {
    constructor(...parts) {
      super(...(parts.length === 0 ? [seconds * 1000] : parts));
    }
    static now() {
      return seconds * 1000;
    }
  };
}
