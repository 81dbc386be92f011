using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;

namespace Commission.Client;

/// <summary>A request body that is written message by message, while the response may be coming already.</summary>
internal sealed class RequestContent<T> : HttpContent
    where T : class, IMessage<T>
{
    private readonly IAsyncEnumerable<T> _requests;
    private readonly bool _gzip;
    private readonly CancellationToken _callToken;

    public RequestContent(IAsyncEnumerable<T> requests, bool gzip, CancellationToken callToken)
    {
        _requests = requests;
        _gzip = gzip;
        _callToken = callToken;
        Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
    }

    /// <summary>What the caller's own enumerable threw, if it did.</summary>
    public Exception? SourceFault { get; private set; }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(
        Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await using var source = _requests.GetAsyncEnumerator(_callToken);
        while (await MoveAsync(source))
        {
            await stream.WriteAsync(Framing.Encode(source.Current, _gzip), cancellationToken);
            await stream.FlushAsync(cancellationToken);
        }
    }

    private async ValueTask<bool> MoveAsync(IAsyncEnumerator<T> source)
    {
        try
        {
            return await source.MoveNextAsync();
        }
        catch (Exception e)
        {
            SourceFault = e;
            throw;
        }
    }
}
