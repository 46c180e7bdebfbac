from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from catalog.models import Product
from common.ids import new_public_code
from orders.models import OrderLine


def answered_whole(name: str) -> models.CheckConstraint:
    """An answer has its time, and a time its answer."""
    return models.CheckConstraint(
        condition=Q(answer="", answered_at__isnull=True) | (~Q(answer="") & Q(answered_at__isnull=False)), name=name
    )


def hidden_whole(name: str) -> models.CheckConstraint:
    """What is hidden has its reason, and what is shown has none."""
    return models.CheckConstraint(
        condition=Q(hidden_note="", hidden_at__isnull=True) | (~Q(hidden_note="") & Q(hidden_at__isnull=False)),
        name=name,
    )


class ReviewQuerySet(models.QuerySet["Review"]):
    def shown(self) -> "ReviewQuerySet":
        return self.filter(hidden_at__isnull=True)


class Review(models.Model):
    """What somebody says of a product they received; or what was said of it in another shop, and is marked so.

    Imported ones carry no stars: they were given elsewhere and do not count here.
    """

    code = models.CharField(max_length=10, unique=True, default=new_public_code, editable=False)
    product = models.ForeignKey(Product, models.CASCADE, related_name="reviews")
    order_line = models.OneToOneField(OrderLine, models.PROTECT, null=True, related_name="review")
    author = models.ForeignKey(User, models.PROTECT, null=True, related_name="reviews")
    stars = models.PositiveSmallIntegerField(_("星级"), null=True)
    text = models.TextField(_("内容"), max_length=1000, blank=True)
    source = models.CharField(
        _("来源"), max_length=40, blank=True, help_text="the shop an imported review was given in"
    )
    import_key = models.CharField(max_length=64, blank=True, help_text="makes an import repeatable")
    written_at = models.DateTimeField(_("评价时间"))
    answer = models.TextField(_("商家回复"), max_length=500, blank=True)
    answered_at = models.DateTimeField(_("回复时间"), null=True)
    hidden_at = models.DateTimeField(_("隐藏时间"), null=True)
    hidden_note = models.CharField(_("隐藏原因"), max_length=200, blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("评价")
        constraints = [
            models.CheckConstraint(
                condition=Q(order_line__isnull=False, author__isnull=False, stars__gte=1, stars__lte=5, source="")
                | (Q(order_line__isnull=True, author__isnull=True, stars__isnull=True) & ~Q(source="")),
                name="review_of_a_purchase_or_imported",
            ),
            answered_whole("review_answered_whole"),
            hidden_whole("review_hidden_whole"),
            models.UniqueConstraint(
                fields=["product", "import_key"], condition=~Q(import_key=""), name="review_imported_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["product", "-written_at", "-id"],
                name="review_of_product_own",
                condition=Q(hidden_at__isnull=True, source=""),
            ),
            models.Index(
                fields=["product", "-written_at", "-id"],
                name="review_of_product_imported",
                condition=Q(hidden_at__isnull=True) & ~Q(source=""),
            ),
            models.Index(
                fields=["product", "stars", "-written_at", "-id"],
                name="review_by_stars",
                condition=Q(hidden_at__isnull=True),
            ),
            models.Index(fields=["-written_at", "-id"], name="review_newest", condition=Q(hidden_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.text[:20] or f"{self.stars} ★"


class ReviewPhoto(models.Model):
    """A picture a buyer took of what came, re-encoded, in two fixed sizes."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="photos")
    position = models.PositiveSmallIntegerField(default=0)
    large = models.ImageField(upload_to="reviews")
    small = models.ImageField(upload_to="reviews")

    class Meta:
        verbose_name = verbose_name_plural = _("晒单图片")
        constraints = [models.UniqueConstraint(fields=["review", "position"], name="review_photo_order")]

    def __str__(self) -> str:
        return str(self.large)


class QuestionQuerySet(models.QuerySet["Question"]):
    def shown(self) -> "QuestionQuerySet":
        return self.filter(hidden_at__isnull=True)


class Question(models.Model):
    """What somebody wants to know of a product before buying, and what its merchant says."""

    code = models.CharField(max_length=10, unique=True, default=new_public_code, editable=False)
    product = models.ForeignKey(Product, models.CASCADE, related_name="questions")
    author = models.ForeignKey(User, models.PROTECT, related_name="questions")
    text = models.CharField(_("问题"), max_length=200)
    asked_at = models.DateTimeField(_("提问时间"))
    answer = models.TextField(_("回答"), max_length=500, blank=True)
    answered_at = models.DateTimeField(_("回答时间"), null=True)
    hidden_at = models.DateTimeField(_("隐藏时间"), null=True)
    hidden_note = models.CharField(_("隐藏原因"), max_length=200, blank=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("提问")
        constraints = [answered_whole("question_answered_whole"), hidden_whole("question_hidden_whole")]
        indexes = [
            models.Index(
                fields=["product", "-asked_at", "-id"], name="question_of_product", condition=Q(hidden_at__isnull=True)
            ),
            models.Index(
                fields=["-asked_at", "-id"], name="question_waiting", condition=Q(hidden_at__isnull=True, answer="")
            ),
            models.Index(
                fields=["-answered_at", "-id"],
                name="question_answered",
                condition=Q(hidden_at__isnull=True) & ~Q(answer=""),
            ),
        ]

    def __str__(self) -> str:
        return self.text[:20]
