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

/** The bridge to the terminal: the same question there. */
export const CopyCommand = ({ asked, parameters }: { readonly asked: Asked; readonly parameters: Parameters }) => (
  <details className="copies">
    <summary>Same answer elsewhere</summary>
    <dl>
      <dt>Command line</dt>
      <dd>
        <code>{commandOf(asked, parameters)}</code> <CopyButton text={commandOf(asked, parameters)}>Copy</CopyButton>
      </dd>
      <dt>HTTP</dt>
      <dd>
        <code>{curlOf(asked, parameters, location.origin)}</code>{' '}
        <CopyButton text={curlOf(asked, parameters, location.origin)}>Copy</CopyButton>
      </dd>
    </dl>
  </details>
);
