using System.IO.Pipelines;
using System.Text;
using Commission.Gateway.Grpc.Http;

namespace Commission.Gateway.Tests;

/// <summary>The bodies of gRPC-Web's text form.</summary>
public sealed class Base64BodyTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(257)]
    [InlineData(4099)]
    [InlineData(60_000)]
    public async Task Base64_InPiecesOfAnyLength_IsDecoded(int piece)
    {
        var bytes = new byte[30_001];
        new Random(20261122).NextBytes(bytes);
        var lines = Convert.ToBase64String(bytes, Base64FormattingOptions.InsertLineBreaks);
        var text = Convert.ToBase64String(bytes) + lines;
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        var decoded = new MemoryStream();

        var copying = new Base64Body(pipe.Reader).CopyToAsync(decoded);
        foreach (var part in text.Chunk(piece))
        {
            await pipe.Writer.WriteAsync(Encoding.ASCII.GetBytes(part));
        }

        await pipe.Writer.CompleteAsync();
        await copying;
        Assert.Equal([.. bytes, .. bytes], decoded.ToArray());
    }

    [Theory]
    [InlineData("AAA")]
    [InlineData("A===")]
    [InlineData("AAAA!AAA")]
    [InlineData("AA=A")]
    public async Task Base64_ThatIsNone_IsRefused(string text)
    {
        var body = new Base64Body(PipeReader.Create(new MemoryStream(Encoding.ASCII.GetBytes(text))));

        await Assert.ThrowsAsync<FormatException>(() => body.CopyToAsync(Stream.Null));
    }
}
