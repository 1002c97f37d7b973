/** 32 bytes of a text, that nobody can work out who has not the key: there are but four billion addresses to try. */
export type Digest = (text: string) => Uint8Array;

/** As many as FF1 has (NIST SP 800-38G): halves of eight bits are few to hide a key behind. */
const ROUNDS = 10;

/** Every number of so many bits for another one, none twice; which for which only the key tells. A Feistel network whose halves take turns, so that they may differ by a bit. */
export const permutation = (digest: Digest, of: string, bits: number): ((value: bigint) => bigint) => {
  const low = BigInt(bits >> 1);
  const [highMask, lowMask] = [(1n << (BigInt(bits) - low)) - 1n, (1n << low) - 1n];
  const known = new Map<string, bigint>();
  const mixed = (round: number, half: bigint): bigint => {
    const asked = `${round} ${half}`;
    const made = known.get(asked) ?? first64(digest(JSON.stringify([of, asked])));
    // Halves are few where addresses are many: a digest costs ten times what it takes to look it up.
    known.set(asked, made);
    return made;
  };
  return (value) => {
    let [a, b] = [value >> low, value & lowMask];
    for (let round = 0; round < ROUNDS; round += 2) {
      a ^= mixed(round, b) & highMask;
      b ^= mixed(round + 1, a) & lowMask;
    }
    return (a << low) | b;
  };
};

const first64 = (bytes: Uint8Array): bigint => new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0);
