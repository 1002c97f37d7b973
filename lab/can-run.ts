import { run } from './children.ts';

export type CanRun = { readonly ok: true } | { readonly ok: false; readonly why: string };

/** Commands the lab starts, and the Debian package that each comes with. */
const TOOLS = {
  ip: 'iproute2',
  nft: 'nftables',
  conntrack: 'conntrack',
  tcpdump: 'tcpdump',
  nsenter: 'util-linux',
  setpriv: 'util-linux',
};

/** What runs of incidents start besides: clients of other kinds, with name servers of their own. */
export const CLIENT_TOOLS = { curl: 'curl', '/usr/bin/python3': 'python3', unshare: 'util-linux', mount: 'mount' };

/** Whether this machine lets the lab make its namespaces. `skewed`: a node's clock must be faked; `more`: further commands. */
export const canRun = async (skewed = false, more: Readonly<Record<string, string>> = {}): Promise<CanRun> => {
  if (process.platform !== 'linux') return { ok: false, why: `needs Linux, this is ${process.platform}` };
  if (process.getuid?.() !== 0) return { ok: false, why: 'needs root, to make network namespaces' };
  const missing = new Set<string>();
  for (const [command, packageName] of Object.entries({
    ...TOOLS,
    ...(skewed ? { faketime: 'faketime' } : {}),
    ...more,
  })) {
    await run('sh', ['-c', `command -v ${command}`]).catch(() => missing.add(packageName));
  }
  if (missing.size > 0)
    return { ok: false, why: `missing packages, on Debian and Ubuntu: apt-get install ${[...missing].join(' ')}` };
  const name = `um${process.pid}-try`;
  try {
    await run('ip', ['netns', 'add', name]);
    await run(
      'nsenter',
      [`--net=/run/netns/${name}`, 'nft', '-f', '-'],
      'table inet try {\n chain c {\n type nat hook postrouting priority srcnat\n masquerade\n }\n}\n',
    );
    return { ok: true };
  } catch (error) {
    return {
      ok: false,
      why: `the kernel refuses namespaces or nftables: ${error instanceof Error ? error.message : String(error)}`,
    };
  } finally {
    await run('ip', ['netns', 'del', name]).catch(() => undefined);
  }
};
