using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;
using Google.Protobuf;

namespace Commission.Verification.Tests;

public sealed class WireFieldsTests
{
    private static readonly Deal Facts = new()
    {
        Deal_ = "D-1",
        Credited = "2026-02-03",
        Status = DealStatus.Won,
        Amount = new Money { Currency = "USD", Units = 5000, Nanos = 250_000_000 },
        Fields = { ["territory"] = "canada", ["kind"] = "new" },
    };

    [Fact]
    public void AreSame_ButForOwners_IsWhatParsingSays()
    {
        var owned = Facts.Clone();
        owned.Owners.Add(new DealOwner { Rep = "rep-1", Share = "60%" });
        owned.Owners.Add(new DealOwner { Rep = "rep-2", Share = "40%" });

        Assert.True(AreSame(owned, Facts));
        Assert.True(AreSame(Facts, Facts));
        Assert.False(AreSame(Facts, owned));
    }

    [Fact]
    public void AreSame_WhereAnyByteDiffers_IsFalse()
    {
        var message = Facts.ToByteArray();
        for (var i = 0; i < message.Length; i++)
        {
            var other = Facts.ToByteArray();
            other[i] ^= 1;
            Assert.False(WireFields.AreSame(message, Deal.OwnersFieldNumber, other));
        }
    }

    [Fact]
    public void AreSame_WhereOneIsCutShort_IsFalse()
    {
        var message = Facts.ToByteArray();
        for (var length = 0; length < message.Length; length++)
        {
            Assert.False(WireFields.AreSame(message, Deal.OwnersFieldNumber, message.AsSpan(0, length)));
            Assert.False(WireFields.AreSame(message.AsSpan(0, length), Deal.OwnersFieldNumber, message));
        }
    }

    [Fact]
    public void Only_OfALoggedEvent_FindsItsDeal()
    {
        var request = new RecordRequest { EventId = "e", Version = 300, Deal = Facts };
        var payload = new LoggedEvent { Tenant = "main", Request = request }.ToByteArray();

        Assert.Equal(Facts, Deal.Parser.ParseFrom(EventHead.DealOf(payload)));
        Assert.True(WireFields.Only(payload, 15).IsEmpty);
    }

    [Fact]
    public void Only_OfAFieldThatComesTwice_FindsNothing()
    {
        var once = new DealOwner { Rep = "rep-1" }.ToByteArray();

        Assert.True(WireFields.Only([.. once, .. once], DealOwner.RepFieldNumber).IsEmpty);
        Assert.Equal("rep-1"u8, WireFields.Only(once, DealOwner.RepFieldNumber));
    }

    [Fact]
    public void Next_OverEachKind_SaysWhatItIs()
    {
        // 1: varint 300; 2: 64 bits; 3: text; 4: 32 bits; then a group, which nothing writes any more.
        byte[] message = [0x08, 0xAC, 0x02, 0x11, 1, 2, 3, 4, 5, 6, 7, 8, 0x1A, 1, 65, 0x25, 1, 2, 3, 4, 0x2B];
        var fields = new WireFields(message);

        Assert.True(fields.Next());
        Assert.Equal((1, 300L), (fields.Number, fields.Scalar));
        Assert.True(fields.Next());
        Assert.Equal((2, 9), (fields.Number, fields.Bytes.Length));
        Assert.True(fields.Next());
        Assert.Equal("A"u8, fields.Content);
        Assert.True(fields.Next());
        Assert.Equal((4, 5), (fields.Number, fields.Bytes.Length));
        Assert.False(fields.Next());
        Assert.False(fields.IsAtEnd);
    }

    private static bool AreSame(Deal message, Deal other) =>
        WireFields.AreSame(message.ToByteArray(), Deal.OwnersFieldNumber, other.ToByteArray());
}
