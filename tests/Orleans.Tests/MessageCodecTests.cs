using Commission.Contracts.V1;
using Commission.Silo.Hosting;
using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace Commission.Orleans.Tests;

/// <summary>Protobuf messages between silos.</summary>
public sealed class MessageCodecTests : IDisposable
{
    private readonly ServiceProvider _services = Services();

    public void Dispose() => _services.Dispose();

    [Fact]
    public void Message_OfItsOwnType_ArrivesAsItWas()
    {
        var sent = Sales.Rep("ann");
        Assert.Equal(sent, Through(sent));
        Assert.Equal(new Rep(), Through(new Rep()));
    }

    [Fact]
    public void Message_AsAnObject_ArrivesInItsOwnType()
    {
        var sent = Sales.Rep("ann");
        Assert.Equal(sent, Assert.IsType<Rep>(Through<object>(sent)));
    }

    [Fact]
    public void Message_TwiceAndNullBetween_AllArriveInTheirPlaces()
    {
        var ann = Sales.Rep("ann");
        Rep?[] sent = [ann, null, ann, Sales.Rep("bob")];
        Assert.Equal<IEnumerable<Rep?>>(sent, Through(sent));
    }

    [Fact]
    public void Message_BetweenReferencesToOneText_LeavesThemWhatTheyWere()
    {
        var text = new string("one text");
        var list = new List<string> { "before" };
        var arrived = Through<object?[]>([list, Sales.Rep("ann"), text, list]);
        Assert.Same(arrived[0], arrived[3]);
        Assert.Equal(text, arrived[2]);
    }

    [Fact]
    public void Message_FieldsOfALaterVersion_AreKept()
    {
        var later = ByteString.CopyFrom([.. Sales.Rep("ann").ToByteArray(), 0xFA, 0x3F, 1, 7]);
        var arrived = Through(Rep.Parser.ParseFrom(later));
        Assert.Equal(later, arrived.ToByteString());
    }

    [Fact]
    public void Message_Copied_IsAnother()
    {
        var sent = Sales.Rep("ann");
        var copy = _services.GetRequiredService<DeepCopier>().Copy(sent);
        Assert.Equal(sent, copy);
        Assert.NotSame(sent, copy);
        Assert.Null(_services.GetRequiredService<DeepCopier>().Copy<Rep?>(null));
    }

    [Fact]
    public void Message_CutShort_IsRefused()
    {
        var bytes = _services.GetRequiredService<Serializer>().SerializeToArray(Sales.Rep("ann"));
        Assert.ThrowsAny<Exception>(() => _services.GetRequiredService<Serializer>().Deserialize<Rep>(bytes[..^9]));
    }

    private static ServiceProvider Services()
    {
        var services = new ServiceCollection();
        Composition.AddSerialization(services);
        return services.BuildServiceProvider();
    }

    private T Through<T>(T sent)
    {
        var serializer = _services.GetRequiredService<Serializer>();
        return serializer.Deserialize<T>(serializer.SerializeToArray(sent))!;
    }
}
