import { type Trouble, trouble } from './errors.ts';

/** What keeps a cluster from being looked at, for whoever asked. `fix`: what mends this case, where it is known. */
export const lookTrouble = (kind: string, why: string, fix: string | null): Trouble => {
  const more = fix === null ? { why } : { why, fix };
  switch (kind) {
    case 'forbidden':
    case 'stranger':
      return trouble('E841', 'looking through the nodes is not permitted', more);
    case 'not-admitted':
      return trouble('E842', 'the cluster does not admit the debugging pods', more);
    case 'too-many-nodes':
      return trouble('E843', why);
    case 'no-such-node':
      return trouble('E844', why);
    default:
      return trouble('E846', 'the cluster cannot be looked at', more);
  }
};
