using System.Buffers;
using System.IO.Pipelines;
using Commission.Gateway.Grpc.Http;
using Commission.Gateway.Grpc.Telemetry;
using Microsoft.AspNetCore.Http;

namespace Commission.Gateway.Grpc.AspNetCore;

/// <summary>
/// The body of a request on its way to Grpc.AspNetCore: what waits in memory is counted, and a body that can't be read
/// is refused as the caller's doing, not as ours.
/// </summary>
/// <param name="call">Whose body it is.</param>
/// <param name="inner">The web server's, or that of gRPC-Web.</param>
internal sealed class RequestBody(ServedCall call, PipeReader inner) : PipeReader
{
    private ReadOnlySequence<byte> _buffer;

    /// <summary>Whether the last message read was compressed. Each begins a buffer and is consumed whole.</summary>
    public bool IsCompressed { get; private set; }

    /// <inheritdoc/>
    public override bool TryRead(out ReadResult result)
    {
        try
        {
            if (!HttpBody.TryRead(inner, out result))
            {
                return false;
            }
        }
        catch (Exception failure) when (ErrorOf(failure) is not null)
        {
            throw ServedCall.ToException(ErrorOf(failure)!);
        }

        Accept(result);
        return true;
    }

    /// <inheritdoc/>
    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        ReadResult result;
        try
        {
            result = await HttpBody.ReadAsync(inner, cancellationToken);
        }
        catch (Exception failure) when (ErrorOf(failure) is not null)
        {
            throw ServedCall.ToException(ErrorOf(failure)!);
        }

        Accept(result);
        return result;
    }

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        var rest = _buffer.Slice(consumed);
        if (rest.Length < _buffer.Length)
        {
            IsCompressed = _buffer.FirstSpan[0] == 1;
            call.Hold(rest.Length);
        }

        _buffer = default;
        HttpBody.AdvanceTo(inner, consumed, examined);
    }

    /// <inheritdoc/>
    public override void CancelPendingRead() => inner.CancelPendingRead();

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    private void Accept(ReadResult result)
    {
        try
        {
            call.Hold(result.Buffer.Length);
            Check(result.Buffer);
            _buffer = result.Buffer;
        }
        catch (RpcError error)
        {
            HttpBody.AdvanceTo(inner, result.Buffer.End, result.Buffer.End);
            GatewayMeters.Refused(error);
            throw ServedCall.ToException(error);
        }
    }

    /// <summary>Refuses what is no frame: Grpc.AspNetCore takes it for a fault of the server.</summary>
    private void Check(ReadOnlySequence<byte> buffer) =>
        _ = Frames.TryTake(ref buffer, call.Server.Options.MaxMessageBytes, out _, out _);

    private RpcError? ErrorOf(Exception failure) => failure switch
    {
        FormatException => RpcError.Invalid("The request is not valid base64."),
        BadHttpRequestException => call.Server.Refusal(failure, call),
        _ => null,
    };
}
