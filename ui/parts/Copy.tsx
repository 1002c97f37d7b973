import { useState } from 'react';
import { commandOf, curlOf } from '../api/command-of.ts';
import type { Asked, Parameters } from '../api/ask.ts';

const SAID_FOR_MS = 1_500;

export const CopyButton = ({ text, children }: { readonly text: string; readonly children: string }) => {
  const [copied, setCopied] = useState<'no' | 'yes' | 'refused'>('no');
  const copy = (): void => {
    const say = (how: 'yes' | 'refused'): void => {
      setCopied(how);
      setTimeout(() => setCopied('no'), SAID_FOR_MS);
    };
    navigator.clipboard.writeText(text).then(
      () => say('yes'),
      () => say('refused'),
    );
  };
  return (
    <button type="button" className="quiet" onClick={copy} title={text}>
      <span aria-live="polite">
        {copied === 'yes' ? 'Copied' : copied === 'refused' ? 'The browser refuses' : children}
      </span>
    </button>
  );
};

interface CopyCommandProps {
  readonly asked: Asked;
  readonly parameters: Parameters;
  /** Of a question about files: how the command names them, and whether they are the server's: else a request has to bring them. */
  readonly files?: { readonly names: readonly string[]; readonly isPosted: boolean };
}

/** The bridge to the terminal: the same question there. */
export const CopyCommand = ({ asked, parameters, files }: CopyCommandProps) => {
  const command = commandOf(asked, parameters, files?.names);
  const curl = curlOf(asked, parameters, location.origin);
  const request = files?.isPosted === true ? `${curl} --data @files.json` : curl;
  return (
    <details className="copies">
      <summary>Same answer elsewhere</summary>
      <dl>
        <dt>Command line</dt>
        <dd>
          <code>{command}</code> <CopyButton text={command}>Copy</CopyButton>
        </dd>
        <dt>HTTP</dt>
        <dd>
          <code>{request}</code> <CopyButton text={request}>Copy</CopyButton>
        </dd>
      </dl>
    </details>
  );
};
