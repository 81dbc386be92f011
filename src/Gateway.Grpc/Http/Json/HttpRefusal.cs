using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;

namespace Commission.Gateway.Grpc.Http;

/// <summary>A refusal whose HTTP status is not the one that its RPC status has by the table.</summary>
[SuppressMessage("Design", "CA1032", Justification = "A refusal without a status means nothing.")]
[SuppressMessage("Naming", "CA1710", Justification = "Named for what it is to the caller.")]
[SuppressMessage("Design", "MA0058", Justification = "Named for what it is to the caller.")]
internal sealed class HttpRefusal(int httpStatus, RpcError error) : Exception(error.Message)
{
    public int HttpStatus { get; } = httpStatus;

    public RpcError Error { get; } = error;

    public static HttpRefusal TooLarge(int limit) => new(
        StatusCodes.Status413PayloadTooLarge,
        new RpcError(RpcStatus.ResourceExhausted, $"The body has more than the limit, {limit} bytes."));

    public static HttpRefusal UnsupportedType(string what) => new(
        StatusCodes.Status415UnsupportedMediaType, RpcError.Invalid(what));

    public static HttpRefusal NotFound(string method, string path) => new(
        StatusCodes.Status404NotFound, new RpcError(RpcStatus.NotFound, $"There is nothing at {method} {path}."));

    public static HttpRefusal NotAllowed(string method, string path) => new(
        StatusCodes.Status405MethodNotAllowed,
        new RpcError(RpcStatus.Unimplemented, $"{path} does not take {method}."));
}
