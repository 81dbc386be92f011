using Commission.Contracts.Grains.V1;
using Commission.Grains.Shards;
using Api = Commission.Contracts.V1;

namespace Commission.Grains.Reps;

/// <summary>What a row of a snapshot has besides what every row has.</summary>
[Flags]
internal enum RowHas
{
    Nothing = 0,
    Credit = 1,
    Roles = 2,
    Currency = 4,
    Margin = 8,
    Quantity = 16,
    Probability = 32,
    Rates = 64,
}

/// <summary>A <see cref="CreditRecord"/> that was not made of its bytes.</summary>
internal ref struct CreditBytes
{
    public long Revision;
    public int Shard;
    public long Number;
    public long RecordedMs;
    public long Documents;
    public long Rates;
    public bool HasDeal;
    public bool HasRoles;
    public ReadOnlySpan<byte> Deal;

    /// <summary>Of the bytes of a record.</summary>
    /// <exception cref="InvariantException">They are none.</exception>
    public static CreditBytes Of(ReadOnlySpan<byte> payload)
    {
        var record = default(CreditBytes);
        var fields = new WireFields(payload);
        while (fields.Next())
        {
            record.Take(fields);
        }

        Invariant.Holds(fields.IsAtEnd, $"a record of a payee has {payload.Length} bytes that can't be read");
        return record;
    }

    private void Take(in WireFields field)
    {
        switch (field.Number)
        {
            case CreditRecord.RevisionFieldNumber:
                Revision = field.Scalar;
                break;
            case CreditRecord.PositionFieldNumber:
                (Shard, Number) = LoggedHead.PositionOf(field.Content);
                break;
            case CreditRecord.DealFieldNumber:
                HasDeal = true;
                Deal = field.Content;
                break;
            case CreditRecord.RolesFieldNumber:
                HasRoles = true;
                break;
            case CreditRecord.RecordedMsFieldNumber:
                RecordedMs = field.Scalar;
                break;
            case CreditRecord.DocumentsFieldNumber:
                Documents = field.Scalar;
                break;
            case CreditRecord.RatesFieldNumber:
                Rates = field.Scalar;
                break;
            default:
                break;
        }
    }
}

/// <summary>An <see cref="Api.Deal"/> that was not made of its bytes.</summary>
internal ref struct DealBytes
{
    public ReadOnlySpan<byte> Bytes;
    public ReadOnlySpan<byte> Id;
    public ReadOnlySpan<byte> Credited;
    public Api.DealStatus Status;
    public bool HasAmount;
    public ReadOnlySpan<byte> Amount;
    public bool HasMargin;
    public ReadOnlySpan<byte> Margin;
    public ReadOnlySpan<byte> Quantity;
    public ReadOnlySpan<byte> Probability;
    public bool HasOwners;

    /// <summary>Of the bytes of a deal.</summary>
    /// <exception cref="InvariantException">They are none.</exception>
    public static DealBytes Of(ReadOnlySpan<byte> message)
    {
        var deal = new DealBytes { Bytes = message };
        var fields = new WireFields(message);
        while (fields.Next())
        {
            deal.Take(fields);
        }

        Invariant.Holds(fields.IsAtEnd, $"a recorded deal has {message.Length} bytes that can't be read");
        return deal;
    }

    /// <summary>What its row has.</summary>
    public readonly RowHas Has(bool hasRoles) => !hasRoles
        ? RowHas.Credit
        : RowHas.Credit | RowHas.Roles
            | (HasAmount || HasMargin ? RowHas.Currency : RowHas.Nothing)
            | (HasMargin ? RowHas.Margin : RowHas.Nothing)
            | (Quantity.IsEmpty ? RowHas.Nothing : RowHas.Quantity)
            | (Probability.IsEmpty ? RowHas.Nothing : RowHas.Probability);

    private void Take(in WireFields field)
    {
        switch (field.Number)
        {
            case Api.Deal.Deal_FieldNumber:
                Id = field.Content;
                break;
            case Api.Deal.CreditedFieldNumber:
                Credited = field.Content;
                break;
            case Api.Deal.StatusFieldNumber:
                Status = (Api.DealStatus)field.Scalar;
                break;
            case Api.Deal.AmountFieldNumber:
                HasAmount = true;
                Amount = field.Content;
                break;
            case Api.Deal.MarginFieldNumber:
                HasMargin = true;
                Margin = field.Content;
                break;
            case Api.Deal.QuantityFieldNumber:
                Quantity = field.Content;
                break;
            case Api.Deal.ProbabilityFieldNumber:
                Probability = field.Content;
                break;
            case Api.Deal.OwnersFieldNumber:
                HasOwners = true;
                break;
            default:
                break;
        }
    }
}

/// <summary>An <see cref="Api.Money"/> that was not made of its bytes.</summary>
internal ref struct MoneyBytes
{
    public ReadOnlySpan<byte> Currency;
    public decimal Value;

    /// <summary>Of the bytes of an amount; 0 for none.</summary>
    /// <exception cref="InvariantException">They are none.</exception>
    public static MoneyBytes Of(ReadOnlySpan<byte> message)
    {
        var (units, nanos) = (0L, 0);
        var money = default(MoneyBytes);
        var fields = new WireFields(message);
        while (fields.Next())
        {
            units = fields.Number == Api.Money.UnitsFieldNumber ? fields.Scalar : units;
            nanos = fields.Number == Api.Money.NanosFieldNumber ? (int)fields.Scalar : nanos;
            money.Currency = fields.Number == Api.Money.CurrencyFieldNumber ? fields.Content : money.Currency;
        }

        Invariant.Holds(fields.IsAtEnd, $"a recorded amount has {message.Length} bytes that can't be read");
        money.Value = MoneyMapping.ToDecimal(units, nanos);
        return money;
    }
}
