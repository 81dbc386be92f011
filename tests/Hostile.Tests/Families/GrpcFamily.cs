using System.Text;
using Commission.Gateway.Grpc;
using Commission.Hostile.Tests.Fuzzing;
using Commission.Hostile.Tests.Generation;
using Google.Protobuf;

namespace Commission.Hostile.Tests.Families;

/// <summary>Calls of every method by gRPC and gRPC-Web with valid messages, or with bytes made wrong.</summary>
/// <param name="sender">Sends.</param>
/// <param name="methods">The server's table.</param>
/// <param name="form">How they go.</param>
/// <param name="isMutated">Whether bytes are made wrong.</param>
/// <param name="weight">See <see cref="IFamily.Weight"/>.</param>
internal sealed class GrpcFamily(
    GrpcSender sender, IReadOnlyList<RpcMethod> methods, GrpcForm form, bool isMutated, int weight) : IFamily
{
    public string Name => $"{form} {(isMutated ? "mutated" : "valid")}";

    public int Weight => weight;

    public async Task<Outcome> RunAsync(Random random, Note note, CancellationToken patience)
    {
        var method = Words.Pick(random, methods);
        var body = Body(random, method, out var isGzip);
        var bytes = form == GrpcForm.WebText ? ToText(random, body) : body;
        note.Describe($"{method.FullName} by {form},{(isGzip ? " gzip," : "")}", bytes);
        var isStream = method.Kind is RpcKind.ServerStream or RpcKind.Duplex;
        List<(string, string)> headers = [("grpc-timeout", isStream ? "20m" : "10S")];
        if (isGzip)
        {
            headers.Add(("grpc-encoding", "gzip"));
        }

        var answer = await sender.SendAsync(
            new GrpcRequest(form, "POST", method.Path, null, headers, bytes, isStream), patience);
        return Judge.OfGrpc(answer, isMisframed: isMutated && form == GrpcForm.WebText);
    }

    private byte[] Body(Random random, RpcMethod method, out bool isGzip)
    {
        var maker = new MessageMaker(random, isMutated ? 12 : 2);
        isGzip = random.Next(10) == 0;
        var count = method.Kind is RpcKind.ClientStream or RpcKind.Duplex ? random.Next(1, 8) : 1;
        var body = new List<byte>();
        for (; count > 0; count--)
        {
            var message = maker.Make(method.RequestType).ToByteArray();
            message = isMutated && random.Next(3) > 0 ? WireMutator.Mutate(random, message) : message;
            body.AddRange(isGzip ? Frames.Of(Frames.Gzip(message), 1) : Frames.Of(message));
        }

        return [.. body];
    }

    private byte[] ToText(Random random, byte[] body)
    {
        var text = Convert.ToBase64String(body);
        if (isMutated && random.Next(4) == 0)
        {
            var at = random.Next(text.Length);
            text = random.Next(3) switch
            {
                0 => text.Remove(at),
                1 => text.Insert(at, Words.Pick(random, "=", "!", " ", "\r\n", "-", "\0")),
                _ => text + Words.Pick(random, "=", "====", "AAAA", "A"),
            };
        }

        return Encoding.Latin1.GetBytes(text);
    }
}
