import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

const { Varint, LengthDelimited } = WireType;

/** ExportTraceServiceResponse, ExportLogsServiceResponse: empty where all was taken. */
export const exportResponse = (rejected: number, why: string): Uint8Array => {
  const response = new BinaryWriter();
  if (rejected > 0)
    response.tag(1, LengthDelimited).fork().tag(1, Varint).int64(rejected).tag(2, LengthDelimited).string(why).join();
  return response.finish();
};

/** google.rpc.Status, the body of a refusal over HTTP. */
export const refusalStatus = (code: number, message: string): Uint8Array =>
  new BinaryWriter().tag(1, Varint).int32(code).tag(2, LengthDelimited).string(message).finish();
