using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;

namespace Commission.Gateway.Grpc.Http;

/// <summary>
/// Reads request bodies, and leaves them so that the web server can read on. It throws a plain IOException for some
/// that are no HTTP, such as a chunk of more bytes than a number can count, and for streams that are reset just now;
/// here that is the caller's doing as much as any other bad body.
/// </summary>
internal static class HttpBody
{
    /// <summary>What there is already; false if there is nothing.</summary>
    /// <exception cref="BadHttpRequestException">The body is no HTTP.</exception>
    public static bool TryRead(PipeReader input, out ReadResult result)
    {
        try
        {
            return input.TryRead(out result);
        }
        catch (IOException failure) when (failure is not BadHttpRequestException)
        {
            throw Unreadable(failure);
        }
    }

    /// <summary>More, as soon as there is some.</summary>
    /// <exception cref="BadHttpRequestException">The body is no HTTP.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static ValueTask<ReadResult> ReadAsync(PipeReader input, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            // Without the token: a read that it cancels would be taken for one that goes on.
            var reading = input.ReadAsync(CancellationToken.None);
            return reading.IsCompletedSuccessfully ? reading : FinishAsync(input, reading, cancellationToken);
        }
        catch (IOException failure) when (failure is not BadHttpRequestException)
        {
            throw Unreadable(failure);
        }
    }

    /// <summary>Gives back what was read.</summary>
    /// <exception cref="BadHttpRequestException">The request was aborted meanwhile.</exception>
    public static void AdvanceTo(PipeReader input, SequencePosition consumed, SequencePosition examined)
    {
        try
        {
            input.AdvanceTo(consumed, examined);
        }
        catch (IOException failure) when (failure is not BadHttpRequestException)
        {
            throw Unreadable(failure);
        }
    }

    private static async ValueTask<ReadResult> FinishAsync(
        PipeReader input, ValueTask<ReadResult> reading, CancellationToken cancellationToken)
    {
        await using var registration = cancellationToken.UnsafeRegister(
            static input => Cancel((PipeReader)input!), input);
        try
        {
            var result = await reading;
            if (!result.IsCanceled)
            {
                return result;
            }

            AdvanceTo(input, result.Buffer.Start, result.Buffer.Start);
            throw new OperationCanceledException(cancellationToken);
        }
        catch (IOException failure) when (failure is not BadHttpRequestException)
        {
            throw Unreadable(failure);
        }
    }

    private static void Cancel(PipeReader input)
    {
        try
        {
            input.CancelPendingRead();
        }
        catch (Exception ended) when (ended is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The request was aborted at the same moment, which ends the read, too.
        }
    }

    private static BadHttpRequestException Unreadable(IOException failure) =>
        new(failure.Message, StatusCodes.Status400BadRequest, failure);
}
