using System.Buffers;
using System.IO.Compression;
using Commission.Gateway.Grpc.Http;
using Grpc.Net.Compression;

namespace Commission.Gateway.Grpc.AspNetCore;

/// <summary>
/// Compression of messages by gzip. That of Grpc.AspNetCore decompresses without a limit, so that a few kilobytes could
/// fill the memory, and takes what is damaged for a fault of the server. What is decompressed lives as long as it takes
/// to parse it, so it is not counted with what waits in memory.
/// </summary>
/// <param name="limit">The most bytes of a message, decompressed.</param>
internal sealed class GzipMessages(int limit) : ICompressionProvider
{
    /// <inheritdoc/>
    public string EncodingName => "gzip";

    /// <inheritdoc/>
    public Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel) =>
        new GZipStream(stream, compressionLevel ?? CompressionLevel.Fastest, leaveOpen: true);

    /// <inheritdoc/>
    public Stream CreateDecompressionStream(Stream stream)
    {
        using var packed = new RentedBuffer(4096);
        stream.CopyTo(packed.AsStream());
        try
        {
            using var plain = Gzip.Inflate(new ReadOnlySequence<byte>(packed.Written.ToArray()), limit);
            return new MemoryStream(plain.Written.ToArray(), writable: false);
        }
        catch (RpcError error)
        {
            throw ServedCall.ToException(error);
        }
    }
}
