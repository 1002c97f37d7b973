/** A failure of the store that the user can do something about. Codes are for ever. */
export class StoreError extends Error {
  readonly code:
    | 'E_STORE_NEWER'
    | 'E_STORE_SETTING'
    | 'E_STORE_BUSY'
    | 'E_STORE_ENGINE'
    | 'E_STORE_FOLDER'
    | 'E_STORE_UNREACHABLE'
    | 'E_STORE_LOGIN'
    | 'E_STORE_OLD'
    | 'E_STORE_GRANT'
    | 'E_BACKUP'
    | 'E_BACKUP_PLACE'
    | 'E_NOT_EMPTY'
    | 'E_STORE_CLUSTER';

  constructor(code: StoreError['code'], message: string) {
    super(message);
    this.name = 'StoreError';
    this.code = code;
  }
}
