using System.Text;
using Commission.Contracts.Grains.V1;
using Commission.Grains.Journals;
using Api = Commission.Contracts.V1;

namespace Commission.Grains.Reps;

/// <summary>
/// Makes rows of a snapshot's piece from records of a payee's account as their bytes are: accounts are packed while
/// events come in, and to make each record's messages and texts again would be a fifth of what an event leaves to the
/// collector of garbage.
/// </summary>
internal sealed class CreditPacking
{
    private readonly PieceWriter _rows = new();
    private readonly PieceWriter _entry = new();
    private readonly PieceWriter _text = new();
    private readonly List<(int Name, int Value)> _fields = [];
    private readonly SharedTable _texts = new();
    private readonly SharedTable _sets = new();
    private readonly SharedTable _roles = new();
    private long _recordedMs;

    /// <summary>Adds the row of a <see cref="CreditRecord"/>.</summary>
    public void Add(ReadOnlySpan<byte> payload)
    {
        var record = CreditBytes.Of(payload);
        var deal = DealBytes.Of(record.Deal);
        var has = record.HasDeal ? deal.Has(record.HasRoles) : record.Rates > 0 ? RowHas.Rates : RowHas.Nothing;
        _rows.Number((long)has);
        _rows.Number(record.HasDeal ? record.Revision : Math.Max(record.Documents, record.Rates));
        _rows.Signed(unchecked(record.RecordedMs - _recordedMs));
        _recordedMs = record.RecordedMs;
        if (!record.HasDeal)
        {
            return;
        }

        _rows.Number(record.Shard);
        _rows.Number(record.Number);
        _rows.Text(deal.Id);
        if (record.HasRoles)
        {
            Add(payload, deal, has);
        }
    }

    /// <summary>The piece.</summary>
    public byte[] ToArray()
    {
        var all = new PieceWriter();
        _texts.WriteTo(all);
        _sets.WriteTo(all);
        _roles.WriteTo(all);
        all.Bytes(_rows.Written);
        return all.Written.ToArray();
    }

    private void Add(ReadOnlySpan<byte> payload, in DealBytes deal, RowHas has)
    {
        Invariant.Holds(
            !deal.HasOwners, $"a payee's record of {Encoding.UTF8.GetString(deal.Id)} names owners");
        var amount = MoneyBytes.Of(deal.Amount);
        var margin = MoneyBytes.Of(deal.Margin);
        _rows.Number(RolesOf(payload));
        _rows.Number(RecordedText.Day(deal.Credited).DayNumber);
        _rows.Number((long)RecordedText.Status(deal.Status));
        _rows.Decimal(amount.Value);
        if (has.HasFlag(RowHas.Currency))
        {
            _rows.Number(TextOf(deal.HasAmount ? amount.Currency : margin.Currency));
        }

        if (has.HasFlag(RowHas.Margin))
        {
            _rows.Decimal(margin.Value);
        }

        AddNumber(deal.Quantity);
        AddNumber(deal.Probability);
        _rows.Number(SetOf(deal.Bytes));
    }

    private void AddNumber(ReadOnlySpan<byte> text)
    {
        if (!text.IsEmpty)
        {
            _rows.Decimal(RecordedText.Number(text));
        }
    }

    private int TextOf(ReadOnlySpan<byte> text)
    {
        _text.Clear();
        _text.Text(text);
        return _texts.NumberOf(_text.Written);
    }

    private int RolesOf(ReadOnlySpan<byte> payload)
    {
        _entry.Clear();
        _entry.Number(WireFields.Count(payload, CreditRecord.RolesFieldNumber));
        var fields = new WireFields(payload);
        while (fields.Next())
        {
            if (fields.Number == CreditRecord.RolesFieldNumber)
            {
                AddRole(fields.Content);
            }
        }

        return _roles.NumberOf(_entry.Written);
    }

    private void AddRole(ReadOnlySpan<byte> role)
    {
        var kind = 0L;
        var share = default(ReadOnlySpan<byte>);
        var fields = new WireFields(role);
        while (fields.Next())
        {
            kind = fields.Number == RoleCredit.RoleFieldNumber ? fields.Scalar : kind;
            share = fields.Number == RoleCredit.ShareFieldNumber ? fields.Content : share;
        }

        Invariant.Holds(fields.IsAtEnd, $"a recorded role is one of {role.Length} bytes that can't be read");
        _entry.Number(kind);
        _entry.Decimal(CreditRecords.ShareOf(share));
    }

    /// <summary>The set of a deal's fields, in an order that is the same for the same fields.</summary>
    private int SetOf(ReadOnlySpan<byte> deal)
    {
        _fields.Clear();
        var fields = new WireFields(deal);
        while (fields.Next())
        {
            if (fields.Number == Api.Deal.FieldsFieldNumber)
            {
                _fields.Add((TextOf(WireFields.Only(fields.Content, 1)), TextOf(WireFields.Only(fields.Content, 2))));
            }
        }

        _fields.Sort(static (one, other) => one.Name.CompareTo(other.Name));
        _entry.Clear();
        _entry.Number(_fields.Count);
        foreach (var (name, value) in _fields)
        {
            _entry.Number(name);
            _entry.Number(value);
        }

        return _sets.NumberOf(_entry.Written);
    }
}
