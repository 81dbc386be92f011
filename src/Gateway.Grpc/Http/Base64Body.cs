using System.Buffers;
using System.IO.Pipelines;

namespace Commission.Gateway.Grpc.Http;

/// <summary>
/// A request body in base64, decoded as it comes, in pieces of any length; it may be several padded texts one after
/// another, as clients send them. White space between the characters is skipped.
/// </summary>
internal sealed class Base64Body(PipeReader input) : Stream
{
    private const int MostAtATime = 4096;
    private const int Group = 4;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    /// <exception cref="FormatException">It is not base64, or ends within a group of four.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var result = await HttpBody.ReadAsync(input, cancellationToken);
            var rest = result.Buffer;
            try
            {
                var written = Decode(ref rest, buffer.Span);
                if (written > 0)
                {
                    return written;
                }

                if (result.IsCompleted)
                {
                    return IsBlank(rest) ? 0 : throw NotBase64();
                }
            }
            finally
            {
                var isMore = result.Buffer.Length > MostAtATime;
                HttpBody.AdvanceTo(input, rest.Start, isMore ? rest.Start : result.Buffer.End);
            }
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private static int Decode(ref ReadOnlySequence<byte> text, Span<byte> target)
    {
        Span<byte> copy = stackalloc byte[(int)Math.Min(text.Length, MostAtATime)];
        text.Slice(0, copy.Length).CopyTo(copy);
        ReadOnlySpan<byte> left = copy;
        var total = 0;
        while (true)
        {
            var status = System.Buffers.Text.Base64.DecodeFromUtf8(
                left, target[total..], out var consumed, out var written, isFinalBlock: false);
            left = left[consumed..];
            total += written;
            if (status != OperationStatus.InvalidData || !TakePadded(ref left, target, ref total))
            {
                text = text.Slice(copy.Length - left.Length);
                return total;
            }
        }
    }

    /// <summary>Decodes a group that is padded, and so ends a text; false if not all of it is there.</summary>
    private static bool TakePadded(ref ReadOnlySpan<byte> left, Span<byte> target, ref int total)
    {
        left = left.TrimStart(" \r\n\t"u8);
        if (left.Length < Group)
        {
            return false;
        }

        var status = System.Buffers.Text.Base64.DecodeFromUtf8(
            left[..Group], target[total..], out _, out var written, isFinalBlock: true);
        if (status is OperationStatus.InvalidData or OperationStatus.NeedMoreData)
        {
            throw NotBase64();
        }

        left = status == OperationStatus.Done ? left[Group..] : left;
        total += written;
        return status == OperationStatus.Done;
    }

    private static bool IsBlank(ReadOnlySequence<byte> rest) =>
        rest.Length < MostAtATime && rest.ToArray().AsSpan().TrimStart(" \r\n\t"u8).IsEmpty;

    private static FormatException NotBase64() => new("The request is not valid base64.");
}
