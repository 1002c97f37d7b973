import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Certificates {
  readonly ca: string;
  readonly server: { readonly cert: string; readonly key: string };
  readonly client: { readonly cert: string; readonly key: string };
}

/** A certificate authority of a day, with a server and a client, made by openssl in the folder; null where there is none. */
export const certificates = (folder: string): Certificates | null => {
  const at = (name: string): string => join(folder, name);
  const read = (name: string): string => readFileSync(at(name), 'utf8');
  const openssl = (...words: readonly string[]): boolean =>
    spawnSync('openssl', words, { stdio: 'ignore' }).status === 0;
  const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  if (
    !openssl(
      'req',
      '-x509',
      ...KEY,
      '-keyout',
      at('ca.key'),
      '-out',
      at('ca.crt'),
      '-days',
      '1',
      '-subj',
      '/CN=test-ca',
    )
  )
    return null;
  const signed = (name: string, extension: string): { cert: string; key: string } => {
    writeFileSync(at(`${name}.ext`), extension);
    openssl('req', ...KEY, '-keyout', at(`${name}.key`), '-out', at(`${name}.csr`), '-subj', `/CN=${name}`);
    const ca = ['-CA', at('ca.crt'), '-CAkey', at('ca.key'), '-CAcreateserial', '-days', '1'];
    openssl('x509', '-req', '-in', at(`${name}.csr`), ...ca, '-extfile', at(`${name}.ext`), '-out', at(`${name}.crt`));
    return { cert: read(`${name}.crt`), key: read(`${name}.key`) };
  };
  return {
    ca: read('ca.crt'),
    server: signed('server', 'subjectAltName=IP:127.0.0.1\n'),
    client: signed('client', 'extendedKeyUsage=clientAuth\n'),
  };
};
