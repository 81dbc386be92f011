"""The interoperability cases by grpcio: interop.py host:port descriptorSet

Prints a line for each case: its name, a tab, and "ok" or what the client can't show or do. The first that fails ends
the program. The messages come from the descriptors, so no code is generated.
"""
import queue
import sys

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

ADDRESS, DESCRIPTORS = sys.argv[1:]
REQUEST_SIZES = [27182, 8, 1828, 45904]
RESPONSE_SIZES = [31415, 9, 2653, 58979]
PATIENCE = 30
SPECIAL = "\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \U0001f608\t\n"
INITIAL = ("x-grpc-test-echo-initial", "test_initial_metadata_value")
TRAILING = ("x-grpc-test-echo-trailing-bin", b"\xab\xab\xab")
CANNOT_SEE = "part: what arrives is right; the client does not show which frames were compressed"

pool = descriptor_pool.DescriptorPool()
with open(DESCRIPTORS, "rb") as file:
    for proto in descriptor_pb2.FileDescriptorSet.FromString(file.read()).file:
        pool.Add(proto)
factory = message_factory.MessageFactory(pool)


def message(name):
    return factory.GetPrototype(pool.FindMessageTypeByName("grpc.testing." + name))


Empty, Payload, BoolValue, EchoStatus = map(message, ["Empty", "Payload", "BoolValue", "EchoStatus"])
SimpleRequest, SimpleResponse = map(message, ["SimpleRequest", "SimpleResponse"])
InputRequest, InputResponse = map(message, ["StreamingInputCallRequest", "StreamingInputCallResponse"])
OutputRequest, OutputResponse = map(message, ["StreamingOutputCallRequest", "StreamingOutputCallResponse"])
Parameters = message("ResponseParameters")

channel = grpc.insecure_channel(ADDRESS)


def method(kind, name, request, response, service="TestService"):
    return getattr(channel, kind)(
        f"/grpc.testing.{service}/{name}",
        request_serializer=request.SerializeToString,
        response_deserializer=response.FromString)


empty_call = method("unary_unary", "EmptyCall", Empty, Empty)
unary_call = method("unary_unary", "UnaryCall", SimpleRequest, SimpleResponse)
input_call = method("stream_unary", "StreamingInputCall", InputRequest, InputResponse)
output_call = method("unary_stream", "StreamingOutputCall", OutputRequest, OutputResponse)
duplex_call = method("stream_stream", "FullDuplexCall", OutputRequest, OutputResponse)


def zeros(size):
    return Payload(body=bytes(size))


def large(**more):
    return SimpleRequest(response_size=314159, payload=zeros(271828), **more)


def asks(*sizes):
    return [Parameters(size=size) for size in sizes]


def failure(call):
    try:
        call()
    except grpc.RpcError as error:
        return error
    raise AssertionError("It succeeded.")


class Requests:
    """A stream of requests that the test writes to as it goes; None ends it."""

    def __init__(self):
        self._waiting = queue.Queue()
        self.write = self._waiting.put

    def __iter__(self):
        return self

    def __next__(self):
        request = self._waiting.get()
        if request is None:
            raise StopIteration
        return request


def empty_unary():
    assert empty_call(Empty(), timeout=PATIENCE) == Empty()


def large_unary():
    assert unary_call(large(), timeout=PATIENCE).payload.body == bytes(314159)


def client_streaming():
    requests = (InputRequest(payload=zeros(size)) for size in REQUEST_SIZES)
    assert input_call(requests, timeout=PATIENCE).aggregated_payload_size == 74922


def server_streaming():
    replies = output_call(OutputRequest(response_parameters=asks(*RESPONSE_SIZES)), timeout=PATIENCE)
    assert [len(reply.payload.body) for reply in replies] == RESPONSE_SIZES


def ping_pong():
    requests = Requests()
    replies = duplex_call(requests, timeout=PATIENCE)
    for size, answer in zip(REQUEST_SIZES, RESPONSE_SIZES):
        requests.write(OutputRequest(response_parameters=asks(answer), payload=zeros(size)))
        assert len(next(replies).payload.body) == answer
    requests.write(None)
    assert list(replies) == []


def empty_stream():
    assert list(duplex_call(iter([]), timeout=PATIENCE)) == []


def cancel_after_begin():
    requests = Requests()
    call = input_call.future(requests, timeout=PATIENCE)
    call.cancel()
    assert call.cancelled() and call.code() == grpc.StatusCode.CANCELLED
    requests.write(None)


def cancel_after_first_response():
    requests = Requests()
    call = duplex_call(requests, timeout=PATIENCE)
    requests.write(OutputRequest(response_parameters=asks(31415), payload=zeros(27182)))
    next(call)
    call.cancel()
    assert failure(lambda: next(call)).code() == grpc.StatusCode.CANCELLED
    requests.write(None)


def timeout_on_sleeping_server():
    requests = Requests()
    sleepy = OutputRequest(
        response_parameters=[Parameters(size=31415, interval_us=10_000_000)], payload=zeros(27182))
    requests.write(sleepy)
    assert failure(lambda: list(duplex_call(requests, timeout=0.001))).code() == grpc.StatusCode.DEADLINE_EXCEEDED
    requests.write(None)


def custom_metadata():
    metadata = [INITIAL, TRAILING]
    _, one = unary_call.with_call(large(), metadata=metadata, timeout=PATIENCE)
    both = duplex_call(
        iter([OutputRequest(response_parameters=asks(314159))]), metadata=metadata, timeout=PATIENCE)
    assert len(list(both)) == 1
    for call in one, both:
        assert INITIAL in [tuple(entry) for entry in call.initial_metadata()]
        assert TRAILING in [tuple(entry) for entry in call.trailing_metadata()]


def check_status(text):
    status = EchoStatus(code=2, message=text)
    one = failure(lambda: unary_call(SimpleRequest(response_status=status), timeout=PATIENCE))
    both = failure(lambda: list(duplex_call(iter([OutputRequest(response_status=status)]), timeout=PATIENCE)))
    for error in one, both:
        assert (error.code(), error.details()) == (grpc.StatusCode.UNKNOWN, text), error


def status_code_and_message():
    check_status("test status message")


def special_status_message():
    check_status(SPECIAL)


def unimplemented_method():
    call = method("unary_unary", "UnimplementedCall", Empty, Empty)
    assert failure(lambda: call(Empty(), timeout=PATIENCE)).code() == grpc.StatusCode.UNIMPLEMENTED


def unimplemented_service():
    call = method("unary_unary", "UnimplementedCall", Empty, Empty, service="UnimplementedService")
    assert failure(lambda: call(Empty(), timeout=PATIENCE)).code() == grpc.StatusCode.UNIMPLEMENTED


def server_compressed_unary():
    for value in True, False:
        request = large(response_compressed=BoolValue(value=value))
        assert len(unary_call(request, timeout=PATIENCE).payload.body) == 314159
    return CANNOT_SEE


def server_compressed_streaming():
    wanted = [Parameters(size=31415, compressed=BoolValue(value=True)),
              Parameters(size=92653, compressed=BoolValue(value=False))]
    replies = output_call(OutputRequest(response_parameters=wanted), timeout=PATIENCE)
    assert [len(reply.payload.body) for reply in replies] == [31415, 92653]
    return CANNOT_SEE


def client_compressed_unary():
    def ask(value, compression):
        request = large(expect_compressed=BoolValue(value=value))
        return unary_call(request, timeout=PATIENCE, compression=compression)

    plain, gzip = grpc.Compression.NoCompression, grpc.Compression.Gzip
    assert failure(lambda: ask(True, plain)).code() == grpc.StatusCode.INVALID_ARGUMENT
    assert len(ask(True, gzip).payload.body) == 314159
    assert len(ask(False, plain).payload.body) == 314159


def client_compressed_streaming():
    def ask(value, compression):
        requests = [InputRequest(payload=zeros(size), expect_compressed=BoolValue(value=value))
                    for size in (27182, 45904)]
        return input_call(iter(requests), timeout=PATIENCE, compression=compression).aggregated_payload_size

    plain, gzip = grpc.Compression.NoCompression, grpc.Compression.Gzip
    assert failure(lambda: ask(True, plain)).code() == grpc.StatusCode.INVALID_ARGUMENT
    assert ask(True, gzip) == 73086
    assert ask(False, plain) == 73086
    return "part: the client compresses all messages of a call or none"


for case in (
        empty_unary, large_unary, client_streaming, server_streaming, ping_pong, empty_stream, cancel_after_begin,
        cancel_after_first_response, timeout_on_sleeping_server, custom_metadata, status_code_and_message,
        special_status_message, unimplemented_method, unimplemented_service, server_compressed_unary,
        server_compressed_streaming, client_compressed_unary, client_compressed_streaming):
    try:
        print(f"{case.__name__}\t{case() or 'ok'}", flush=True)
    except BaseException:
        print(f"{case.__name__} failed", file=sys.stderr)
        raise
channel.close()
