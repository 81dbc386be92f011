"""Services and messages of a gRPC server, as it describes itself (grpc.reflection.v1): with grpcio and protobuf alone."""
from types import SimpleNamespace

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

NAME = "grpc.reflection.v1"
FIELD = descriptor_pb2.FieldDescriptorProto


def _own_messages():
    """The part of reflection.proto that is used here: what is left out is unknown to both classes, which is allowed."""
    file = descriptor_pb2.FileDescriptorProto(name="reflection.proto", package=NAME, syntax="proto3")

    def message(name, *fields):
        fields = [FIELD(name=n, number=i, label=label, type=FIELD.TYPE_MESSAGE if kind else type, type_name=kind)
                  for n, i, label, type, kind in fields]
        file.message_type.add(name=name).field.extend(fields)

    one, many, text, data = FIELD.LABEL_OPTIONAL, FIELD.LABEL_REPEATED, FIELD.TYPE_STRING, FIELD.TYPE_BYTES
    message("Request", ("file_containing_symbol", 4, one, text, None), ("list_services", 7, one, text, None))
    message("Files", ("file_descriptor_proto", 1, many, data, None))
    message("Service", ("name", 1, one, text, None))
    message("Services", ("service", 1, many, None, f".{NAME}.Service"))
    message("Failure", ("error_code", 1, one, FIELD.TYPE_INT32, None), ("error_message", 2, one, text, None))
    message("Response", ("files", 4, one, None, f".{NAME}.Files"), ("services", 6, one, None, f".{NAME}.Services"),
            ("failure", 7, one, None, f".{NAME}.Failure"))
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return [_class(pool, f"{NAME}.{name}") for name in ("Request", "Response")]


def _class(pool, name):
    descriptor = pool.FindMessageTypeByName(name)
    if hasattr(message_factory, "GetMessageClass"):
        return message_factory.GetMessageClass(descriptor)
    return message_factory.MessageFactory(pool).GetPrototype(descriptor)


class Reflection:
    def __init__(self, channel, metadata=()):
        self._channel, self._metadata = channel, metadata
        self._pool, self._known = descriptor_pool.DescriptorPool(), set()
        self._request, response = _own_messages()
        self._ask = channel.stream_stream(
            f"/{NAME}.ServerReflection/ServerReflectionInfo",
            request_serializer=self._request.SerializeToString, response_deserializer=response.FromString)

    def services(self):
        """The names of all services."""
        return [service.name for service in self._get(list_services="*").services.service]

    def describe(self, service):
        """A line for each method of a service: what it takes, and what it answers."""
        def kind(message, streams):
            return ("stream " if streams else "") + message.name

        return [f"{method.name}({kind(method.input_type, proto.client_streaming)}) returns "
                f"({kind(method.output_type, proto.server_streaming)})"
                for method, proto in self._methods(service)]

    def service(self, name):
        """An object with a function for each method. Requests are dicts: service.GetEstimate({"rep": "kary"})."""
        calls = {}
        for method, proto in self._methods(name):
            request, answer = (_class(self._pool, m.full_name) for m in (method.input_type, method.output_type))
            kind = "_".join("stream" if s else "unary" for s in (proto.client_streaming, proto.server_streaming))
            calls[method.name] = getattr(self._channel, kind)(
                f"/{name}/{method.name}",
                request_serializer=lambda fields, request=request: request(**fields).SerializeToString(),
                response_deserializer=answer.FromString)
        return SimpleNamespace(**calls)

    def _methods(self, service):
        self._load(service)
        descriptor = self._pool.FindServiceByName(service)
        proto = descriptor_pb2.ServiceDescriptorProto()
        descriptor.CopyToProto(proto)
        return zip(descriptor.methods, proto.method)

    def _load(self, symbol):
        files = [descriptor_pb2.FileDescriptorProto.FromString(data)
                 for data in self._get(file_containing_symbol=symbol).files.file_descriptor_proto]
        # The server sends a file before or after those that it needs; the pool wants those first.
        waiting = {file.name: file for file in files if file.name not in self._known}
        while waiting:
            ready = [file for file in waiting.values() if not set(file.dependency) & set(waiting)]
            for file in ready:
                self._pool.Add(file)
                self._known.add(waiting.pop(file.name).name)

    def _get(self, **question):
        response, = self._ask(iter([self._request(**question)]), metadata=self._metadata)
        if response.failure.error_message:
            raise LookupError(response.failure.error_message)
        return response
