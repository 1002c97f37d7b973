import type { EndpointBlock } from '../core/ports.ts';
import type { Params } from './engine.ts';

/** No port has this number. */
const ANY_PORT = -1;

/** Blocks of addresses as a statement takes them: each with its own port. */
export const endpointParams = (end: 'dest' | 'src', blocks: readonly EndpointBlock[]): Params => ({
  [`${end}_first`]: blocks.map(({ first }) => first),
  [`${end}_last`]: blocks.map(({ last }) => last),
  [`${end}_own_port`]: blocks.map(({ port }) => port ?? ANY_PORT),
});
