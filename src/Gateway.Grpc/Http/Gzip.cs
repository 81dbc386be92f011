using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Pipelines;
using Google.Protobuf;

namespace Commission.Gateway.Grpc.Http;

/// <summary>Compression of single messages, in rented memory.</summary>
internal static class Gzip
{
    /// <summary>Decompresses a message; dispose the result after use.</summary>
    /// <exception cref="RpcError">
    /// INTERNAL if it isn't gzip; RESOURCE_EXHAUSTED as soon as it has grown over the limit.
    /// </exception>
    public static RentedBuffer Inflate(in ReadOnlySequence<byte> body, int limit)
    {
        var plain = new RentedBuffer((int)Math.Min(limit, body.Length * 4));
        if (body.IsEmpty)
        {
            // Some writers leave out header and trailer when there is nothing between them.
            return plain;
        }

        try
        {
            using var input = PipeReader.Create(body).AsStream();
            using var gzip = new GZipStream(input, CompressionMode.Decompress);
            while (gzip.Read(plain.GetSpan(1)) is > 0 and var read)
            {
                plain.Advance(read);
                if (plain.Count > limit)
                {
                    throw new RpcError(
                        RpcStatus.ResourceExhausted, $"The message decompresses to more than {limit} bytes.");
                }
            }

            return IsWhole(body, plain.Count) ? plain : throw new InvalidDataException("It is cut off.");
        }
        catch (InvalidDataException e)
        {
            plain.Dispose();
            throw new RpcError(RpcStatus.Internal, $"The message is not valid gzip: {e.Message}");
        }
        catch
        {
            plain.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Whether the length at gzip's end is that of what came out. The stream itself takes a cut-off input for its end,
    /// and what is left could still parse as a message.
    /// </summary>
    private static bool IsWhole(in ReadOnlySequence<byte> body, int length)
    {
        if (body.Length < 18)
        {
            return false;
        }

        Span<byte> end = stackalloc byte[4];
        body.Slice(body.Length - 4).CopyTo(end);
        return BinaryPrimitives.ReadUInt32LittleEndian(end) == length;
    }

    /// <summary>Serializes and compresses a message; dispose the result after use.</summary>
    public static RentedBuffer Deflate(IMessage message, int size)
    {
        using var plain = new RentedBuffer(size);
        message.WriteTo(plain.GetSpan(size)[..size]);
        plain.Advance(size);
        var packed = new RentedBuffer((size / 2) + 64);
        using (var gzip = new GZipStream(packed.AsStream(), CompressionLevel.Fastest))
        {
            gzip.Write(plain.Written);
        }

        return packed;
    }
}
