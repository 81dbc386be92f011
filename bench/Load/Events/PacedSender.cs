using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Net;
using Commission.Contracts.V1;

namespace Commission.Load.Events;

/// <summary>Sends events on some streams of one connection; those that are due together are one write, so that the load
/// costs little.</summary>
/// <param name="server">The silo.</param>
internal sealed class PacedSender(Uri server) : IDisposable
{
    private const int Streams = 4;
    private const int Prefix = 5;
    private const string Path = "/commission.v1.Deals/RecordStream";
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler { UseProxy = false });

    /// <summary>Returns when all are acknowledged.</summary>
    /// <exception cref="InvalidOperationException">One was refused, or a stream failed.</exception>
    public Task SendAsync(PacedEvents events)
    {
        events.Begin();
        return Task.WhenAll(Enumerable.Range(0, Streams).Select(
            stream => Task.Run(() => SendAsync(events, stream))));
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task SendAsync(PacedEvents events, int first)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server, Path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new PacedContent(events, first, Streams),
        };
        request.Headers.TryAddWithoutValidation("te", "trailers");
        using var response = await _http.SendAsync(request, CancellationToken.None);
        await TakeAsync(events, first, PipeReader.Create(await response.Content.ReadAsStreamAsync()));
        var trailers = $"{response.Headers}{response.TrailingHeaders}";
        if (!trailers.Contains("grpc-status: 0", StringComparison.OrdinalIgnoreCase))
        {
            throw new InvalidOperationException($"The stream ended so: {trailers}");
        }
    }

    private static async Task TakeAsync(PacedEvents events, int first, PipeReader input)
    {
        ReadResult result;
        do
        {
            result = await input.ReadAsync();
            var buffer = result.Buffer;
            while (TryTake(ref buffer) is { } ack)
            {
                events.Acknowledge(first + (Streams * (int)ack.Index), ack);
            }

            input.AdvanceTo(buffer.Start, buffer.End);
        }
        while (!result.IsCompleted);
    }

    private static RecordAck? TryTake(ref ReadOnlySequence<byte> buffer)
    {
        if (buffer.Length < Prefix)
        {
            return null;
        }

        Span<byte> prefix = stackalloc byte[Prefix];
        buffer.Slice(0, Prefix).CopyTo(prefix);
        var length = BinaryPrimitives.ReadInt32BigEndian(prefix[1..]);
        if (buffer.Length < Prefix + length)
        {
            return null;
        }

        var ack = RecordAck.Parser.ParseFrom(buffer.Slice(Prefix, length));
        buffer = buffer.Slice(Prefix + length);
        return ack;
    }
}
