import { writeFileSync } from 'node:fs';

const LIBRARY = '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1';

/** The wall clock of whatever runs with `env`. It looks at the file once a second. */
export const fakedClock = (path: string) => {
  const jump = (seconds: number): void => writeFileSync(path, `${seconds < 0 ? '' : '+'}${seconds}`);
  jump(0);
  return {
    env: {
      LD_PRELOAD: LIBRARY,
      FAKETIME_TIMESTAMP_FILE: path,
      FAKETIME_CACHE_DURATION: '1',
      DONT_FAKE_MONOTONIC: '1',
    },
    jump,
  };
};
