const SENTENCES: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'no permission to read it',
  EPERM: 'no permission to read it',
  EISDIR: 'a folder',
  ELOOP: 'links that lead in a circle',
  EMFILE: 'too many open files',
  EIO: 'the disk could not read it',
};

/** What the system said, for a person. */
export const sentence = (error: unknown): string => {
  const { code, message } = error as NodeJS.ErrnoException;
  return (code === undefined ? undefined : SENTENCES[code]) ?? message;
};
