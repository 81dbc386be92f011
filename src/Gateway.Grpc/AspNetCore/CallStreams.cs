using System.Runtime.CompilerServices;
using Google.Protobuf;
using Grpc.Core;

namespace Commission.Gateway.Grpc.AspNetCore;

/// <summary>
/// The streams of a call. Grpc.AspNetCore takes it for a bug of the handler where a caller has left; it is a call that
/// was cancelled.
/// </summary>
internal static class CallStreams
{
    /// <summary>The requests as they come.</summary>
    public static async IAsyncEnumerable<TReq> ReadAsync<TReq>(
        IAsyncStreamReader<TReq> reader,
        ServedCall call,
        [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        while (await MoveNextAsync(reader, call, cancellation))
        {
            yield return reader.Current;
        }
    }

    /// <summary>Sends the responses, each when the caller has room for it.</summary>
    public static async Task<bool> WriteAsync<TRes>(
        IAsyncEnumerable<TRes> responses, IServerStreamWriter<TRes> writer, ServedCall call)
        where TRes : class, IMessage<TRes>
    {
        await foreach (var response in responses.WithCancellation(call.CancellationToken))
        {
            await call.BeginMessageAsync(response.CalculateSize());
            await WrittenAsync(writer.WriteAsync(response), call);
        }

        return true;
    }

    private static async ValueTask<bool> MoveNextAsync<TReq>(
        IAsyncStreamReader<TReq> reader, ServedCall call, CancellationToken cancellation)
    {
        try
        {
            return await reader.MoveNext(cancellation);
        }
        catch (InvalidOperationException gone) when (call.IsGone)
        {
            throw Left(gone);
        }
    }

    /// <summary>Waits while the caller is slow to read, until the call ends.</summary>
    private static async ValueTask WrittenAsync(Task write, ServedCall call)
    {
        try
        {
            if (write.IsCompleted)
            {
                await write;
                return;
            }

            // To cancel the writing instead would look to the caller like a fault of the server.
            await using (call.CancellationToken.UnsafeRegister(static call => ((ServedCall)call!).CutOff(), call))
            {
                await write;
            }
        }
        catch (InvalidOperationException gone) when (call.IsGone)
        {
            throw Left(gone);
        }

        call.CancellationToken.ThrowIfCancellationRequested();
    }

    private static OperationCanceledException Left(InvalidOperationException gone) => new("The caller has left.", gone);
}
